/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include "str.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#define PLACE_PATH_MAX 512
#define REVISION_MAX 16

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

bool enforce_place_has(const struct enforce_place *place, const char *path)
{
	if (path[0] == '~') {
		cleanup(fd_close) int fd = -1;

		if (place->home >= 0) {
			fd = open_below(place->home, path + 2, RESOLVE_BENEATH);
		}
		return fd >= 0;
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

int enforce_place_path(const struct enforce_place *place, const char *path, char **ret_path)
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
