/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include "attributes.h"
#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define PATH_PARTS_MAX 32
#define NAME_LEN_MAX 200

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

struct parts {
	char text[PATH_PARTS_MAX][NAME_LEN_MAX + 1];
	size_t n;
	bool home;
};

static int parts_read(const char *path, struct parts *parts)
{
	struct span rest, part;

	parts->home = path[0] == '~';
	parts->n = 0;
	rest = span_z(path + parts->home + 1);
	while (span_next(&rest, '/', &part)) {
		if (parts->n == PATH_PARTS_MAX || part.len == 0 || part.len > NAME_LEN_MAX ||
			span_eq(part, ".") || span_eq(part, "..")) {
			return ENFORCE_ERROR_SYSTEM;
		}
		memcpy(parts->text[parts->n], part.p, part.len);
		parts->text[parts->n][part.len] = '\0';
		parts->n++;
	}
	return parts->n == 0 ? ENFORCE_ERROR_SYSTEM : 0;
}

/* The directories as far as they exist; missing says how many do not. */
static int open_dirs(const struct enforce_place *place, const struct parts *parts, size_t n_dirs,
	struct enforce_target *target)
{
	int base = enforce_place_fd(place, parts->home ? ENFORCE_USER : ENFORCE_SYSTEM);
	cleanup(fd_close) int above = -1, dir = -1;
	int r = base < 0 ? ENFORCE_ERROR_SYSTEM : step_down(place, parts->home, base, ".", &dir);
	size_t i = 0;

	for (; i < n_dirs && r == 0; i++) {
		int next;

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

static int open_file(
	const struct enforce_place *place, const struct parts *parts, struct enforce_target *target)
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
	if (r == 0 && target->st.st_size > (off_t)JSON_EDIT_MAX) {
		r = ENFORCE_ERROR_TOO_LARGE;
	}
	if (r != 0) {
		return r;
	}
	r = fd_read_all(target->fd, JSON_EDIT_MAX, &target->bytes, &target->len);
	return r > 0 ? ENFORCE_ERROR_TOO_LARGE : enforce_error_from(r);
}

int enforce_target_open(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target)
{
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1};
	struct parts parts;
	int r = parts_read(path, &parts);

	if (r == 0) {
		r = open_dirs(place, &parts, parts.n - 1, &target);
	}
	if (r == 0 && target.missing == 0) {
		r = open_file(place, &parts, &target);
	}
	if (r == 0) {
		*ret_target = target;
		target = (struct enforce_target){.dirfd = -1, .above = -1, .fd = -1};
	}
	return r;
}

int enforce_target_make_dirs(
	const struct enforce_place *place, const char *path, struct enforce_target *target)
{
	struct parts parts;
	int r = parts_read(path, &parts);

	while (r == 0 && target->missing > 0) {
		struct enforce_target dir = {.dirfd = -1, .above = -1, .fd = -1};
		size_t n = parts.n - 1 - target->missing;

		r = open_dirs(place, &parts, n, &dir);
		if (r == 0 && dir.missing == 0) {
			mode_t mode = parts.home ? 0700 : 0755;

			if (mkdirat(dir.dirfd, parts.text[n], mode) < 0 && errno != EEXIST) {
				r = enforce_error_from(-errno);
			} else if (fchmodat(dir.dirfd, parts.text[n], mode, 0) < 0 ||
				   fsync(dir.dirfd) < 0) {
				r = enforce_error_from(-errno);
			}
		} else if (r == 0) {
			r = ENFORCE_ERROR_CHANGED_MEANWHILE;
		}
		enforce_target_finish(&dir);
		target->missing--;
	}
	if (r != 0) {
		return r;
	}
	enforce_target_finish(target);
	return enforce_target_open(place, path, target);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* The name still leads to what was opened, or to nothing when there was nothing */
static int check_unchanged(const struct enforce_target *target, const char *name)
{
	struct stat st;

	if (fstatat(target->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT) {
			return enforce_error_from(-errno);
		}
		return target->fd < 0 ? 0 : ENFORCE_ERROR_CHANGED_MEANWHILE;
	}
	return target->fd >= 0 && same_file(&st, &target->st) ? 0 : ENFORCE_ERROR_CHANGED_MEANWHILE;
}

static int create_temporary(int dirfd, const char *name, int *ret_fd)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dirfd, name, flags, 0600);

	if (fd < 0 && errno == EEXIST) {
		/* left by a crash: nobody but the owner can write here */
		if (unlinkat(dirfd, name, 0) < 0) {
			return enforce_error_from(-errno);
		}
		fd = openat(dirfd, name, flags, 0600);
	}
	if (fd < 0) {
		return enforce_error_from(-errno);
	}
	*ret_fd = fd;
	return 0;
}

static int fill_temporary(const struct enforce_target *target, bool home, int fd, struct span text)
{
	int r = fd_write_all(fd, text.p, text.len);

	if (r == 0 && target->fd >= 0) {
		r = enforce_attributes_copy(target->fd, &target->st, fd);
		if (r > 0) {
			return r;
		}
	} else if (r == 0 && fchmod(fd, home ? 0600 : 0644) < 0) {
		r = -errno;
	}
	if (r == 0 && fsync(fd) < 0) {
		r = -errno;
	}
	return enforce_error_from(r);
}

static int put_in_place(
	const struct enforce_target *target, int tmpdir, const char *tmp, const char *name)
{
	int r = check_unchanged(target, name);

	if (r != 0) {
		return r;
	}
	if (target->fd >= 0) {
		r = renameat(tmpdir, tmp, target->dirfd, name) < 0 ? -errno : 0;
	} else {
		r = renameat2(tmpdir, tmp, target->dirfd, name, RENAME_NOREPLACE) < 0 ? -errno : 0;
		if (r == -EINVAL) {
			/* a file system without the flag; the name was free a moment ago */
			r = renameat(tmpdir, tmp, target->dirfd, name) < 0 ? -errno : 0;
		}
	}
	if (r == -EEXIST) {
		return ENFORCE_ERROR_CHANGED_MEANWHILE;
	}
	if (r == 0 &&
		(fsync(target->dirfd) < 0 || (tmpdir != target->dirfd && fsync(tmpdir) < 0))) {
		r = -errno;
	}
	return enforce_error_from(r);
}

int enforce_target_write(
	const struct enforce_target *target, const char *path, bool aside, struct span text)
{
	cleanup(fd_close) int fd = -1;
	struct parts parts;
	char tmp[NAME_LEN_MAX + 16];
	int r = parts_read(path, &parts);
	int tmpdir = aside && target->above >= 0 ? target->above : target->dirfd;
	const char *name;

	if (r != 0 || target->dirfd < 0) {
		return r != 0 ? r : ENFORCE_ERROR_SYSTEM;
	}
	name = parts.text[parts.n - 1];
	snprintf(tmp, sizeof(tmp), ".%s.new", name);
	r = create_temporary(tmpdir, tmp, &fd);
	if (r != 0) {
		return r;
	}
	r = fill_temporary(target, parts.home, fd, text);
	if (r == 0) {
		r = put_in_place(target, tmpdir, tmp, name);
	}
	if (r != 0) {
		/* gone already when the rename was done and only the fsync failed */
		(void)unlinkat(tmpdir, tmp, 0);
	}
	return r;
}

void enforce_target_remove_dirs(const struct enforce_place *place, const char *path, size_t n_dirs)
{
	struct parts parts;

	if (parts_read(path, &parts) != 0) {
		return;
	}
	for (size_t i = 0; i < n_dirs && i + 2 < parts.n + 1; i++) {
		struct enforce_target dir = {.dirfd = -1, .above = -1, .fd = -1};
		size_t at = parts.n - 2 - i;
		bool gone =
			open_dirs(place, &parts, at, &dir) == 0 && dir.missing == 0 &&
			(unlinkat(dir.dirfd, parts.text[at], AT_REMOVEDIR) == 0 || errno == ENOENT);

		enforce_target_finish(&dir);
		if (!gone) {
			return;
		}
	}
}

int enforce_target_remove(const struct enforce_place *place, const char *path,
	struct enforce_target *target, size_t n_dirs)
{
	struct parts parts;
	int r = parts_read(path, &parts);

	if (r == 0) {
		r = check_unchanged(target, parts.text[parts.n - 1]);
	}
	if (r == 0 && unlinkat(target->dirfd, parts.text[parts.n - 1], 0) < 0) {
		r = enforce_error_from(-errno);
	}
	if (r == 0 && fsync(target->dirfd) < 0) {
		r = enforce_error_from(-errno);
	}
	if (r == 0) {
		enforce_target_remove_dirs(place, path, n_dirs);
	}
	return r;
}
