/* SPDX-License-Identifier: Apache-2.0 */
#include "rpm-repos.h"

#include "ini.h"
#include "vec.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HASH_LEN 16 /* "updates-27a1b2c3d4e5f607" */

void rpm_repos_finish(struct rpm_repos *repos)
{
	free(repos->items);
	*repos = (struct rpm_repos){0};
}

static int outcome_of(int r)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return RPM_REPOS_E_PERMITTED;
	case -ENOSPC:
		return RPM_REPOS_E_LIMIT;
	case -EBADMSG:
	case -ELOOP:
	case -EISDIR:
	case -ENOTDIR:
	case FD_E_MISSING:
	case FD_E_NOT_REGULAR:
		return RPM_REPOS_E_FORMAT;
	default:
		return r;
	}
}

static bool says_no(struct span value)
{
	static const char *const words[] = {"0", "no", "false", "off"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (value.len == strlen(words[i]) &&
			strncasecmp(value.p, words[i], value.len) == 0) {
			return true;
		}
	}
	return false;
}

static int repo_add(struct rpm_repos *repos, struct span id)
{
	VEC(struct rpm_repo) vec = {repos->items, repos->len, repos->cap};
	struct rpm_repo repo = {.on = true};
	int r;

	if (id.len > RPM_REPO_ID_MAX || memchr(id.p, '\0', id.len)) {
		return -EBADMSG;
	}
	memcpy(repo.id, id.p, id.len);
	for (char *p = repo.id; *p; p++) {
		*p = *p == '/' && repos->zypp ? '_' : *p; /* as zypp names its directory */
	}
	r = vec_push(&vec, repo, RPM_REPOS_MAX);
	repos->items = vec.items;
	repos->len = vec.len;
	repos->cap = vec.cap;
	return r;
}

typedef int (*file_fn)(struct span text, struct rpm_repos *repos);

/* yum.repos.d: each section is a repository, switched on unless it says otherwise. */
static int sections_take(struct span text, struct rpm_repos *repos)
{
	struct ini ini = {.rest = text};
	const char *section = NULL;
	int r = 0;

	while (r == 0 && ini_next(&ini)) {
		if (ini.section.len == 0 || span_eq(ini.section, "main")) {
			continue;
		}
		if (ini.section.p != section) {
			section = ini.section.p;
			r = repo_add(repos, ini.section);
		}
		if (r == 0 && span_eq(ini.key, "enabled")) {
			repos->items[repos->len - 1].on = !says_no(ini.value);
		}
	}
	return r;
}

/* dnf5: sections are patterns of ids, and the last word holds. */
static int overrides_take(struct span text, struct rpm_repos *repos)
{
	struct ini ini = {.rest = text};

	while (ini_next(&ini)) {
		cleanup(free_ptr) char *pattern = NULL;

		if (!span_eq(ini.key, "enabled")) {
			continue;
		}
		pattern = span_dup(ini.section);
		if (!pattern) {
			return -ENOMEM;
		}
		for (size_t i = 0; i < repos->len; i++) {
			if (fnmatch(pattern, repos->items[i].id, 0) == 0) {
				repos->items[i].on = !says_no(ini.value);
			}
		}
	}
	return 0;
}

static int file_read(
	const struct sysroot *root, const char *path, file_fn fn, struct rpm_repos *repos)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, INI_FILE_MAX, &text, &len);

	return r != 0 ? r : fn((struct span){text, len}, repos);
}

static int dir_read(
	const struct sysroot *root, const char *dir, file_fn fn, struct rpm_repos *repos)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, dir, &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		const char *dot = strrchr(names.names[i], '.');
		char path[RPM_REPO_PATH_MAX + 1];

		if (dot && strcmp(dot, ".repo") == 0 && names.names[i][0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", dir, names.names[i]);
			r = file_read(root, path, fn, repos);
		}
	}
	return r == FD_E_MISSING ? 0 : r;
}

static int repos_list(const struct sysroot *root, struct rpm_repos *repos)
{
	static const char *const dirs[] = {"usr/share/dnf5/repos.d", "etc/distro.repos.d",
		"etc/yum/repos.d", "etc/yum.repos.d"};
	int r = 0;

	if (repos->zypp) {
		return dir_read(root, "etc/zypp/repos.d", sections_take, repos);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(dirs); i++) {
		r = dir_read(root, dirs[i], sections_take, repos);
	}
	if (r == 0) {
		r = file_read(root, "etc/dnf/dnf.conf", sections_take, repos);
		r = r == FD_E_MISSING ? 0 : r;
	}
	if (r == 0) {
		r = dir_read(root, "usr/share/dnf5/repos.override.d", overrides_take, repos);
	}
	return r == 0 ? dir_read(root, "etc/dnf/repos.override.d", overrides_take, repos) : r;
}

/* Whatever was written last: each tool marks its metadata when it finds them to be current. */
static int heard_look(const struct sysroot *root, const char *dir, int64_t *ret_heard)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[RPM_REPO_PATH_MAX + 300];
	struct stat st;
	int64_t heard = 0;
	int r;

	snprintf(path, sizeof(path), "%s/repodata", dir);
	r = sysroot_list(root, path, &names);
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		snprintf(path, sizeof(path), "%s/repodata/%s", dir, names.names[i]);
		if (sysroot_stat(root, path, &st) == 0 && st.st_mtim.tv_sec > heard) {
			heard = st.st_mtim.tv_sec;
		}
	}
	*ret_heard = heard;
	return r;
}

/* The newest cache wins; a directory without metadata is none. */
static int cache_try(const struct sysroot *root, const char *dir, struct rpm_repo *repo)
{
	cleanup(free_ptr) char *text = NULL;
	char path[RPM_REPO_PATH_MAX + 32];
	struct rpm_metadata metadata;
	int64_t heard = 0;
	size_t len = 0;
	int r;

	if (strlen(dir) > RPM_REPO_PATH_MAX) {
		return -EBADMSG;
	}
	r = heard_look(root, dir, &heard);
	if (r != 0 || heard <= repo->heard) {
		return r == FD_E_MISSING ? 0 : r;
	}
	snprintf(path, sizeof(path), "%s/repodata/repomd.xml", dir);
	r = sysroot_read(root, path, RPM_REPOMD_BYTES_MAX, &text, &len);
	if (r != 0) {
		return r == FD_E_MISSING ? 0 : r;
	}
	r = rpm_metadata_parse((struct span){text, len}, &metadata);
	if (r == 0) {
		snprintf(repo->dir, sizeof(repo->dir), "%s", dir);
		repo->heard = heard;
		repo->metadata = metadata;
	}
	return r;
}

/* librepo's "ID-" and sixteen digits of a hash; PackageKit's "ID-RELEASE-ARCHITECTURE" */
static bool cache_is(const char *name, const char *id, bool hashed)
{
	size_t len = strlen(id), dashes = 0;

	if (strncmp(name, id, len) != 0 || name[len] != '-') {
		return false;
	}
	name += len + 1;
	if (hashed) {
		return strlen(name) == HASH_LEN && strspn(name, "0123456789abcdef") == HASH_LEN;
	}
	for (const char *p = name; *p; p++) {
		dashes += *p == '-';
	}
	return dashes == 1 && isdigit((unsigned char)name[0]);
}

static int caches_try(
	const struct sysroot *root, const char *dir, bool hashed, struct rpm_repo *repos, size_t n)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[2 * RPM_REPO_PATH_MAX];
	int r = sysroot_list(root, dir, &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		for (size_t k = 0; k < n && r == 0; k++) {
			if (!cache_is(names.names[i], repos[k].id, hashed)) {
				continue;
			}
			snprintf(path, sizeof(path), "%s/%s", dir, names.names[i]);
			r = cache_try(root, path, &repos[k]);
		}
	}
	return r == FD_E_MISSING ? 0 : r;
}

static int zypp_try(const struct sysroot *root, struct rpm_repos *repos)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < repos->len; i++) {
		char path[RPM_REPO_PATH_MAX + 1];

		snprintf(path, sizeof(path), "var/cache/zypp/raw/%s", repos->items[i].id);
		r = strstr(path, "/..") ? -EBADMSG : cache_try(root, path, &repos->items[i]);
	}
	return r;
}

/* var/cache/PackageKit/40/metadata */
static int packagekit_try(const struct sysroot *root, struct rpm_repos *repos)
{
	static const char base[] = "var/cache/PackageKit";
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, base, &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		char path[RPM_REPO_PATH_MAX + 1];

		if (isdigit((unsigned char)names.names[i][0])) {
			snprintf(path, sizeof(path), "%s/%.255s/metadata", base, names.names[i]);
			r = caches_try(root, path, false, repos->items, repos->len);
		}
	}
	return r == FD_E_MISSING ? 0 : r;
}

static int caches_look(const struct sysroot *root, struct rpm_repos *repos)
{
	int r;

	if (repos->zypp) {
		return zypp_try(root, repos);
	}
	r = caches_try(root, "var/cache/dnf", true, repos->items, repos->len);
	if (r == 0) {
		r = caches_try(root, "var/cache/libdnf5", true, repos->items, repos->len);
	}
	return r == 0 ? packagekit_try(root, repos) : r;
}

int rpm_repos_read(const struct sysroot *root, struct rpm_repos *ret_repos)
{
	cleanup(rpm_repos_finish) struct rpm_repos repos = {
		.zypp = sysroot_exists(root, "usr/bin/zypper")};
	int r = repos_list(root, &repos);
	size_t kept = 0;

	for (size_t i = 0; i < repos.len; i++) {
		if (repos.items[i].on) {
			repos.items[kept++] = repos.items[i];
		}
	}
	repos.len = kept;
	if (r == 0) {
		r = caches_look(root, &repos);
	}
	if (r != 0) {
		return outcome_of(r);
	}
	*ret_repos = repos;
	repos = (struct rpm_repos){0};
	return 0;
}
