/* SPDX-License-Identifier: Apache-2.0 */
/* The half of target.h that changes the disk. */
#include "attributes.h"
#include "fd.h"
#include "parts.h"
#include "target.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define TEMPORARY_MAX (ENFORCE_NAME_MAX + 8)

static void temporary_name(const struct enforce_parts *parts, char tmp[TEMPORARY_MAX])
{
	snprintf(tmp, TEMPORARY_MAX, ".%s.new", parts->text[parts->n - 1]);
}

int enforce_target_make_dirs(
	const struct enforce_place *place, const char *path, struct enforce_target *target)
{
	struct enforce_parts parts;
	bool link = target->link;
	int r = enforce_parts_read(path, &parts);

	while (r == 0 && target->missing > 0) {
		struct enforce_target dir = {.dirfd = -1, .above = -1, .fd = -1};
		size_t n = parts.n - 1 - target->missing;

		r = enforce_parts_open(place, &parts, n, &dir);
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
	return link ? enforce_target_open_link(place, path, target)
		    : enforce_target_open(place, path, target);
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

/* The name appears with all it says, or not at all. */
static int write_link(const struct enforce_target *target, const char *name, struct span text)
{
	cleanup(free_ptr) char *to = span_dup(text);

	if (!to) {
		return -ENOMEM;
	}
	if (target->fd >= 0) {
		return ENFORCE_ERROR_OTHER_FILE;
	}
	if (symlinkat(to, target->dirfd, name) < 0) {
		return errno == EEXIST ? ENFORCE_ERROR_CHANGED_MEANWHILE
				       : enforce_error_from(-errno);
	}
	return fsync(target->dirfd) < 0 ? enforce_error_from(-errno) : 0;
}

int enforce_target_write(
	const struct enforce_target *target, const char *path, bool aside, struct span text)
{
	cleanup(fd_close) int fd = -1;
	struct enforce_parts parts;
	char tmp[TEMPORARY_MAX];
	int r = enforce_parts_read(path, &parts);
	int tmpdir = aside && target->above >= 0 ? target->above : target->dirfd;
	const char *name;

	if (r != 0 || target->dirfd < 0) {
		return r != 0 ? r : ENFORCE_ERROR_SYSTEM;
	}
	name = parts.text[parts.n - 1];
	if (target->link) {
		return write_link(target, name, text);
	}
	temporary_name(&parts, tmp);
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

void enforce_target_clear(const struct enforce_place *place, const char *path)
{
	struct enforce_parts parts;
	struct enforce_target dir = {.dirfd = -1, .above = -1, .fd = -1};
	char tmp[TEMPORARY_MAX];

	if (enforce_parts_read(path, &parts) != 0) {
		return;
	}
	temporary_name(&parts, tmp);
	for (size_t n = parts.n - 1; n > 0 && n + 2 > parts.n - 1; n--) {
		if (enforce_parts_open(place, &parts, n, &dir) == 0 && dir.missing == 0) {
			(void)unlinkat(dir.dirfd, tmp, 0);
		}
		enforce_target_finish(&dir);
	}
}

/* Directory number `at`; ret_stays: somebody laid something into it */
static int remove_dir(const struct enforce_place *place, const struct enforce_parts *parts,
	size_t at, bool *ret_stays)
{
	struct enforce_target dir = {.dirfd = -1, .above = -1, .fd = -1};
	int r = enforce_parts_open(place, parts, at, &dir);

	if (r == 0 && dir.missing == 0 && unlinkat(dir.dirfd, parts->text[at], AT_REMOVEDIR) < 0 &&
		errno != ENOENT) {
		*ret_stays = errno == ENOTEMPTY || errno == EEXIST;
		r = *ret_stays ? 0 : enforce_error_from(-errno);
	}
	enforce_target_finish(&dir);
	return r;
}

int enforce_target_remove_dirs(const struct enforce_place *place, const char *path, size_t n_dirs)
{
	struct enforce_parts parts;
	bool stays = false;
	int r = enforce_parts_read(path, &parts);

	for (size_t i = 0; i < n_dirs && i + 1 < parts.n && r == 0 && !stays; i++) {
		r = remove_dir(place, &parts, parts.n - 2 - i, &stays);
	}
	return r;
}

int enforce_target_remove(const struct enforce_place *place, const char *path,
	struct enforce_target *target, size_t n_dirs)
{
	struct enforce_parts parts;
	int r = enforce_parts_read(path, &parts);

	if (r == 0) {
		r = check_unchanged(target, parts.text[parts.n - 1]);
	}
	if (r == 0 && unlinkat(target->dirfd, parts.text[parts.n - 1], 0) < 0) {
		r = enforce_error_from(-errno);
	}
	if (r == 0 && fsync(target->dirfd) < 0) {
		r = enforce_error_from(-errno);
	}
	return r == 0 ? enforce_target_remove_dirs(place, path, n_dirs) : r;
}
