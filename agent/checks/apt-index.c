/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-index.h"
#include "apt-release.h"

#include <stdio.h>
#include <string.h>

#define MAX_AGE_DAYS_DEFAULT 7

void apt_index_finish(struct apt_index *index)
{
	for (size_t i = 0; i < index->n_lists; i++) {
		free(index->lists[i].path);
	}
	index->n_lists = 0;
}

static void newest_take(struct apt_index *index, int64_t wall_s)
{
	if (wall_s > index->newest) {
		index->newest = wall_s;
	}
}

static bool name_ends(const char *name, size_t len, const char *suffix, size_t *ret_stem)
{
	size_t n = strlen(suffix);

	if (len <= n || memcmp(name + len - n, suffix, n) != 0) {
		return false;
	}
	*ret_stem = len - n;
	return true;
}

/* "HOST_PATH_InRelease", or "HOST_PATH_Release" with a signature of its own */
static bool name_release(const char *name, size_t *ret_stem)
{
	size_t len = strlen(name);

	return name_ends(name, len, "_InRelease", ret_stem) ||
	       name_ends(name, len, "_Release", ret_stem);
}

/* "HOST_PATH_main_binary-amd64_Packages", compressed or not */
static bool name_packages(const char *name, size_t *ret_stem)
{
	static const char *const suffixes[] = {"", ".bz2", ".gz", ".lz4", ".lzma", ".xz", ".zst"};
	size_t len = strlen(name), bare, kind;

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		bare = len;
		if (suffixes[i][0] && !name_ends(name, len, suffixes[i], &bare)) {
			continue;
		}
		if (name_ends(name, bare, "_Packages", &kind)) {
			*ret_stem = bare;
			return true;
		}
	}
	return false;
}

static int release_read(const struct sysroot *root, const char *name, struct apt_index *index,
	struct apt_release *ret_release)
{
	cleanup(free_ptr) char *path = NULL;
	cleanup(free_ptr) char *head = malloc(APT_RELEASE_HEAD_MAX);
	cleanup(fd_close) int fd = -1;
	struct stat st;
	ssize_t n;
	int r;

	if (!head || asprintf(&path, APT_LISTS_DIR "/%s", name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = sysroot_open_file(root, path, &fd);
	if (r == -EACCES || r == -EPERM) {
		return APT_INDEX_E_PERMITTED;
	}
	if (r != 0) {
		return APT_INDEX_E_FORMAT;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	n = pread(fd, head, APT_RELEASE_HEAD_MAX, 0);
	if (n < 0) {
		return -errno;
	}
	if (apt_release_parse((struct span){head, (size_t)n}, ret_release) != 0) {
		return APT_INDEX_E_FORMAT;
	}
	newest_take(index, st.st_mtim.tv_sec);
	newest_take(index, ret_release->date);
	return 0;
}

static int list_take(const char *name, size_t stem, size_t archive, struct apt_index *index)
{
	struct apt_list *list;
	char *path;

	if (index->n_lists == APT_LISTS_MAX) {
		return APT_INDEX_E_LIMIT;
	}
	if (asprintf(&path, APT_LISTS_DIR "/%s", name) < 0) {
		return -ENOMEM;
	}
	list = &index->lists[index->n_lists++];
	*list = (struct apt_list){
		.path = path,
		.stem = sizeof(APT_LISTS_DIR) + stem,
		.archive = archive,
	};
	return 0;
}

/* The lists of one archive begin with its release file's name. */
static int lists_take(const struct sysroot_names *names, const char *release, size_t stem,
	size_t archive, struct apt_index *index)
{
	int r = 0;

	for (size_t i = 0; i < names->len && r == 0; i++) {
		const char *name = names->names[i];
		size_t bare;

		if (strncmp(name, release, stem) == 0 && name[stem] == '_' &&
			name_packages(name, &bare)) {
			r = list_take(name, bare, archive, index);
		}
	}
	return r;
}

static int archives_take(
	const struct sysroot *root, const struct sysroot_names *names, struct apt_index *index)
{
	for (size_t i = 0; i < names->len; i++) {
		struct apt_release release;
		size_t stem;
		int r;

		if (!name_release(names->names[i], &stem)) {
			continue;
		}
		r = release_read(root, names->names[i], index, &release);
		if (r != 0) {
			return r;
		}
		if (!release.security) {
			continue;
		}
		if (release.damaged || release.date == 0) {
			return APT_INDEX_E_FORMAT;
		}
		if (index->n_archives == APT_ARCHIVES_MAX) {
			return APT_INDEX_E_LIMIT;
		}
		index->archives[index->n_archives++] = (struct apt_archive){
			.date = release.date, .valid_until = release.valid_until};
		r = lists_take(names, names->names[i], stem, index->n_archives - 1, index);
		if (r != 0) {
			return r;
		}
	}
	return index->n_archives > 0 && index->n_lists > 0 ? 0 : APT_INDEX_E_MISSING;
}

static int manager_look(const struct sysroot *root)
{
	if (sysroot_exists(root, "run/ostree-booted") || sysroot_exists(root, "usr/lib/bootc")) {
		return APT_INDEX_E_IMAGE;
	}
	return sysroot_exists(root, APT_STATUS) ? 0 : APT_INDEX_E_MANAGER;
}

int apt_index_read(const struct sysroot *root, struct apt_index *ret_index)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	cleanup(apt_index_finish) struct apt_index index = {0};
	struct stat st;
	int r;

	r = manager_look(root);
	if (r != 0) {
		return r;
	}
	r = sysroot_list(root, APT_LISTS_DIR, &names);
	if (r == FD_E_MISSING) {
		return APT_INDEX_E_MISSING;
	}
	if (r == -EACCES || r == -EPERM) {
		return APT_INDEX_E_PERMITTED;
	}
	if (r != 0) {
		return r == -ENOMEM ? r : APT_INDEX_E_FORMAT;
	}
	if (sysroot_stat(root, APT_STAMP, &st) == 0) {
		index.updated = st.st_mtim.tv_sec;
		newest_take(&index, index.updated);
	}
	r = archives_take(root, &names, &index);
	if (r != 0) {
		return r;
	}
	*ret_index = index;
	index = (struct apt_index){0};
	return 0;
}

int apt_index_explain(int outcome, struct verdict *v)
{
	switch (outcome) {
	case APT_INDEX_E_IMAGE:
		return verdict_set(v, POSTURE_NA, POSTURE_IMAGE_BASED);
	case APT_INDEX_E_MANAGER:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	case APT_INDEX_E_MISSING:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_MISSING);
	case APT_INDEX_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	case APT_INDEX_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case APT_INDEX_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	default:
		return outcome;
	}
}

/*
 * An archive that had nothing to publish keeps its old Date: then the time of apt's last complete
 * fetch counts. It cannot stretch an expiry, which is the archive's own guard against old lists.
 */
struct apt_freshness apt_index_judge(const struct apt_index *index, const struct check_ctx *ctx)
{
	int64_t limit = CLOCK_DAY_S * policy_control_number(ctx->policy, "patch.index-fresh",
					      "max_age_days", MAX_AGE_DAYS_DEFAULT);
	int64_t now = ctx->now.wall_s;
	struct apt_freshness fresh = {.reason = POSTURE_INDEX_FRESH, .due_s = INT64_MAX};

	if (index->newest > now + CLOCK_SLACK_S) {
		return (struct apt_freshness){.reason = POSTURE_CLOCK_NOT_TRUSTED};
	}
	for (size_t i = 0; i < index->n_archives; i++) {
		const struct apt_archive *archive = &index->archives[i];
		int64_t heard = archive->date > index->updated ? archive->date : index->updated;
		int64_t until = archive->valid_until;

		if (now - heard > fresh.oldest_s) {
			fresh.oldest_s = now - heard;
		}
		if (heard + limit < fresh.due_s) {
			fresh.due_s = heard + limit;
		}
		if (until != 0 && until < fresh.due_s) {
			fresh.due_s = until;
		}
		if (until != 0 && now >= until) {
			fresh.reason = POSTURE_INDEX_EXPIRED;
		} else if (now - heard >= limit && fresh.reason == POSTURE_INDEX_FRESH) {
			fresh.reason = POSTURE_INDEX_STALE;
		}
	}
	return fresh;
}
