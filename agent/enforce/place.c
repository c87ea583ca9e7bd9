/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include "str.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define PLACE_PATH_MAX 512
#define REVISION_MAX 16
#define NAME_TEXT_MAX 200 /* bytes of a directory that {each} is */

/* What flatpak calls this machine (flatpak's --default-arch) */
#if defined(__x86_64__)
#	define FLATPAK_ARCH "x86_64"
#elif defined(__aarch64__)
#	define FLATPAK_ARCH "aarch64"
#elif defined(__i386__)
#	define FLATPAK_ARCH "i386"
#elif defined(__arm__)
#	define FLATPAK_ARCH "arm"
#else
#	define FLATPAK_ARCH "unknown"
#endif

static int open_below(int dirfd, const char *path, uint64_t resolve)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = resolve};

	return (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
}

/*
 * A folder of settings that its owner keeps elsewhere: the client is there, and will be refused
 * with the reason. Snap's own links lead beside themselves, so they start with no slash.
 */
static bool leads_out(int home, const char *path)
{
	const char *slash = strrchr(path, '/');
	cleanup(free_ptr) char *folder =
		span_dup(slash ? (struct span){path, (size_t)(slash - path)} : span_z("."));
	cleanup(fd_close) int fd = folder ? open_below(home, folder, RESOLVE_BENEATH) : -1;
	char first;

	return fd >= 0 && readlinkat(fd, slash ? slash + 1 : path, &first, 1) == 1 && first == '/';
}

bool enforce_place_has(const struct enforce_place *place, const char *path)
{
	if (path[0] == '~') {
		cleanup(fd_close) int fd = -1;

		if (place->home >= 0) {
			fd = open_below(place->home, path + 2, RESOLVE_BENEATH);
		}
		return fd >= 0 || (place->home >= 0 && leads_out(place->home, path + 2));
	}
	return sysroot_exists(&place->root, path + 1);
}

/*
 * The revision a snap runs as: ~/snap/NAME/current is a link to the directory beside it, made by
 * snap run. Only its name is taken, so nothing is ever opened through the link.
 */
static int read_revision(const struct enforce_place *place, struct span before, struct str *out)
{
	cleanup(fd_close) int dir = -1;
	cleanup(free_ptr) char *path = NULL;
	char name[REVISION_MAX + 1];
	ssize_t len;

	if (place->home < 0 || before.len < 4 || before.p[0] != '~') {
		return -ENOENT;
	}
	path = span_dup((struct span){before.p + 2, before.len - 3});
	if (!path) {
		return -ENOMEM;
	}
	dir = open_below(place->home, path, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	if (dir < 0) {
		return -ENOENT;
	}
	len = readlinkat(dir, "current", name, sizeof(name));
	if (len <= 0 || len > REVISION_MAX) {
		return -ENOENT;
	}
	name[len] = '\0';
	if (strspn(name, "x0123456789") != (size_t)len) {
		return -ENOENT;
	}
	return str_append(out, name, (size_t)len);
}

/* {arch} and {revision} filled in; -ENOENT: no such revision */
static int fill_in(const struct enforce_place *place, const char *path, char **ret_path)
{
	cleanup(str_finish) struct str out = {.max = PLACE_PATH_MAX};
	struct span rest = span_z(path);
	int r = 0;

	while (rest.len > 0 && r == 0) {
		if (span_starts(rest, "{arch}")) {
			r = str_append_z(&out, FLATPAK_ARCH);
			rest.p += strlen("{arch}");
		} else if (span_starts(rest, "{revision}")) {
			r = read_revision(
				place, (struct span){path, (size_t)(rest.p - path)}, &out);
			rest.p += strlen("{revision}");
		} else {
			r = str_append_char(&out, *rest.p++);
		}
		rest.len = strlen(rest.p);
	}
	if (r == 0) {
		*ret_path = TAKE_PTR(out.p);
	}
	return r;
}

void enforce_paths_finish(struct enforce_paths *paths)
{
	for (size_t i = 0; i < paths->len; i++) {
		free(paths->items[i]);
	}
	vec_free(paths);
	paths->more = false;
}

static int add_path(struct enforce_paths *paths, char *path)
{
	int r = vec_push(paths, path, ENFORCE_PATHS_MAX);

	if (r < 0) {
		free(path);
	}
	return r;
}

static bool is_text(const char *name)
{
	for (const char *p = name; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == '\x7f') {
			return false;
		}
	}
	return utf8_valid(span_z(name)) && strlen(name) <= NAME_TEXT_MAX;
}

/* One directory that {each} may be: whether a file of it is one to look at */
static int add_each(
	int dir, const char *name, const char *before, const char *after, struct enforce_paths *out)
{
	cleanup(str_finish) struct str path = {.max = PLACE_PATH_MAX};
	struct stat st;
	int r;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode)) {
		return 0;
	}
	if (!is_text(name) || out->len == ENFORCE_PATHS_MAX) {
		out->more = true;
		return 0;
	}
	r = str_appendf(&path, "%s%s%s", before, name, after);
	if (r == -ENOSPC) {
		out->more = true;
		return 0;
	}
	return r < 0 ? r : add_path(out, TAKE_PTR(path.p));
}

/* before: "~/a/b/", after: "/c" */
static int list_each(const struct enforce_place *place, const char *before, const char *after,
	struct enforce_paths *out)
{
	cleanup(fd_close) int dir = -1;
	cleanup(free_ptr) char *parent = span_dup((struct span){before + 2, strlen(before) - 3});
	struct sysroot_names names = {0};
	struct sysroot root;
	int r;

	if (!parent) {
		return -ENOMEM;
	}
	dir = place->home < 0
		      ? -1
		      : open_below(place->home, parent, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	if (dir < 0) {
		return 0;
	}
	root = (struct sysroot){.fd = dir};
	r = sysroot_list(&root, ".", &names);
	if (r != 0) {
		out->more = true;
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		r = add_each(dir, names.names[i], before, after, out);
	}
	sysroot_names_finish(&names);
	return r;
}

int enforce_place_paths(
	const struct enforce_place *place, const char *path, struct enforce_paths *ret_paths)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	cleanup(free_ptr) char *filled = NULL;
	char *each;
	int r = fill_in(place, path, &filled);

	if (r == -ENOENT) {
		*ret_paths = (struct enforce_paths){0};
		return 0;
	}
	each = r == 0 ? strstr(filled, ENFORCE_EACH) : NULL;
	if (each) {
		*each = '\0';
		r = list_each(place, filled, each + strlen(ENFORCE_EACH), &paths);
	} else if (r == 0) {
		r = add_path(&paths, TAKE_PTR(filled));
	}
	if (r == 0) {
		*ret_paths = paths;
		paths = (struct enforce_paths){0};
	}
	return r;
}

bool enforce_path_matches(const char *pattern, const char *path)
{
	struct span patterns = span_z(pattern), paths = span_z(path), wanted, part;

	while (span_next(&patterns, '/', &wanted)) {
		bool any = wanted.len > 2 && wanted.p[0] == '{' && wanted.p[wanted.len - 1] == '}';

		if (!span_next(&paths, '/', &part) ||
			(!any && (wanted.len != part.len ||
					 memcmp(wanted.p, part.p, part.len) != 0))) {
			return false;
		}
	}
	return !span_next(&paths, '/', &part);
}
