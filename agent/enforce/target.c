/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include "plugs.h"

#include "fd.h"
#include "parts.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

void enforce_target_finish(struct enforce_target *target)
{
	fd_close(&target->dirfd);
	fd_close(&target->above);
	fd_close(&target->fd);
	free(target->bytes);
	*target = (struct enforce_target){.dirfd = -1, .above = -1, .fd = -1};
}

int enforce_error_from(int r)
{
	switch (-r) {
	case 0:
		return 0;
	case ENOMEM:
		return -ENOMEM;
	case EACCES:
	case EPERM:
		return ENFORCE_ERROR_NOT_PERMITTED;
	case EROFS:
		return ENFORCE_ERROR_READ_ONLY;
	case ENOSPC:
	case EDQUOT:
		return ENFORCE_ERROR_NO_SPACE;
	case ELOOP:
		return ENFORCE_ERROR_IS_LINK;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

static int type_error(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFLNK:
		return ENFORCE_ERROR_IS_LINK;
	case S_IFIFO:
		return ENFORCE_ERROR_IS_FIFO;
	case S_IFDIR:
		return ENFORCE_ERROR_IS_DIRECTORY;
	default:
		return ENFORCE_ERROR_IS_SPECIAL;
	}
}

/*
 * Who else could write here? A system directory may be writable by group root; a user's by that
 * user's own group, which Debian gives to each account (UserPrivateGroups).
 */
static int owner_error(const struct enforce_place *place, bool home, const struct stat *st)
{
	if (st->st_uid != place->owner) {
		return ENFORCE_ERROR_FOREIGN_OWNER;
	}
	if ((st->st_mode & S_IWOTH) || (!home && (st->st_mode & S_IWGRP) && st->st_gid != 0)) {
		return ENFORCE_ERROR_WRITABLE_BY_OTHERS;
	}
	return 0;
}

/* One directory down. Positive error, or -ENOENT */
static int step_down(
	const struct enforce_place *place, bool home, int dirfd, const char *name, int *ret_fd)
{
	cleanup(fd_close) int fd =
		openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int r;

	if (fd < 0 && errno == ENOENT) {
		return -ENOENT;
	}
	if (fd < 0) {
		int saved = errno;

		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode)) {
			return type_error(S_ISREG(st.st_mode) ? S_IFSOCK : st.st_mode);
		}
		return enforce_error_from(-saved);
	}
	if (fstat(fd, &st) < 0) {
		return enforce_error_from(-errno);
	}
	r = owner_error(place, home, &st);
	if (r == 0) {
		*ret_fd = TAKE_FD(fd);
	}
	return r;
}

int enforce_parts_read(const char *path, struct enforce_parts *parts)
{
	struct span rest, part;

	parts->home = path[0] == '~';
	parts->n = 0;
	rest = span_z(path + parts->home + 1);
	while (span_next(&rest, '/', &part)) {
		if (parts->n == ENFORCE_PARTS_MAX || part.len == 0 || part.len > ENFORCE_NAME_MAX ||
			span_eq(part, ".") || span_eq(part, "..")) {
			return ENFORCE_ERROR_SYSTEM;
		}
		memcpy(parts->text[parts->n], part.p, part.len);
		parts->text[parts->n][part.len] = '\0';
		parts->n++;
	}
	return parts->n == 0 ? ENFORCE_ERROR_SYSTEM : 0;
}

int enforce_parts_open(const struct enforce_place *place, const struct enforce_parts *parts,
	size_t n_dirs, struct enforce_target *target)
{
	int base = enforce_place_fd(place, parts->home ? ENFORCE_USER : ENFORCE_SYSTEM);
	cleanup(fd_close) int above = -1, dir = -1;
	int r = base < 0 ? ENFORCE_ERROR_SYSTEM : step_down(place, parts->home, base, ".", &dir);
	size_t i = 0;

	for (; i < n_dirs && r == 0; i++) {
		int next = -1;

		r = step_down(place, parts->home, dir, parts->text[i], &next);
		if (r == 0) {
			fd_close(&above);
			above = dir;
			dir = next;
		}
	}
	if (r == -ENOENT && i > 0) {
		target->missing = n_dirs - i + 1;
		return 0;
	}
	if (r == 0) {
		target->above = TAKE_FD(above);
		target->dirfd = TAKE_FD(dir);
	}
	return r;
}

static int open_file(const struct enforce_place *place, const struct enforce_parts *parts,
	struct enforce_target *target)
{
	const char *name = parts->text[parts->n - 1];
	struct stat st;
	int r;

	/* asked before it is opened: opening a device may already do something */
	if (fstatat(target->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT ? 0 : enforce_error_from(-errno);
	}
	if (!S_ISREG(st.st_mode)) {
		return type_error(st.st_mode);
	}
	target->fd = openat(
		target->dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (target->fd < 0) {
		return errno == ENOENT ? 0 : enforce_error_from(-errno);
	}
	if (fstat(target->fd, &target->st) < 0) {
		return enforce_error_from(-errno);
	}
	if (!S_ISREG(target->st.st_mode)) {
		return type_error(target->st.st_mode);
	}
	r = owner_error(place, parts->home, &target->st);
	if (r == 0 && target->st.st_size > (off_t)ENFORCE_FILE_MAX) {
		r = ENFORCE_ERROR_TOO_LARGE;
	}
	if (r != 0) {
		return r;
	}
	r = fd_read_all(target->fd, ENFORCE_FILE_MAX, &target->bytes, &target->len);
	return r > 0 ? ENFORCE_ERROR_TOO_LARGE : enforce_error_from(r);
}

static int read_link(const struct enforce_place *place, const struct enforce_parts *parts,
	struct enforce_target *target)
{
	const char *name = parts->text[parts->n - 1];
	ssize_t len;

	target->fd = openat(target->dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target->fd < 0) {
		return errno == ENOENT ? 0 : enforce_error_from(-errno);
	}
	if (fstat(target->fd, &target->st) < 0) {
		return enforce_error_from(-errno);
	}
	if (!S_ISLNK(target->st.st_mode)) {
		return ENFORCE_ERROR_OTHER_FILE;
	}
	if (target->st.st_uid != place->owner) {
		return ENFORCE_ERROR_FOREIGN_OWNER;
	}
	target->bytes = malloc(PATH_MAX);
	if (!target->bytes) {
		return -ENOMEM;
	}
	len = readlinkat(target->fd, "", target->bytes, PATH_MAX);
	if (len <= 0 || len == PATH_MAX) {
		return len < 0 ? enforce_error_from(-errno) : ENFORCE_ERROR_OTHER_FILE;
	}
	target->bytes[len] = '\0';
	target->len = (size_t)len;
	return 0;
}

static int open_as(const struct enforce_place *place, const char *path, bool link,
	struct enforce_target *ret_target)
{
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1, .link = link};
	struct enforce_parts parts;
	int r = enforce_parts_read(path, &parts);

	if (r == 0) {
		r = enforce_parts_open(place, &parts, parts.n - 1, &target);
	}
	if (r == 0 && target.missing == 0) {
		r = link ? read_link(place, &parts, &target) : open_file(place, &parts, &target);
	}
	if (r == 0) {
		*ret_target = target;
		target = (struct enforce_target){.dirfd = -1, .above = -1, .fd = -1};
	}
	return r;
}

int enforce_target_open(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target)
{
	return open_as(place, path, false, ret_target);
}

int enforce_target_open_link(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target)
{
	return open_as(place, path, true, ret_target);
}

int enforce_target_open_as(const struct enforce_place *place, const char *path,
	enum enforce_format format, struct enforce_target *ret_target)
{
	return format == ENFORCE_PLUGS ? enforce_plugs_open(place, path, ret_target)
				       : open_as(place, path, format == ENFORCE_LINK, ret_target);
}
