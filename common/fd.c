/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define READ_CHUNK ((size_t)4096)
#define LISTEN_FD_FIRST 3 /* SD_LISTEN_FDS_START, sd_listen_fds(3) */
#define LISTEN_FDS_LIMIT 64

/* What to ask malloc for first: a regular file tells its size, /proc and pipes tell none. */
static size_t first_size(int fd, size_t max)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		return (uint64_t)st.st_size < max ? (size_t)st.st_size : max;
	}
	return READ_CHUNK < max ? READ_CHUNK : max;
}

int fd_read_all(int fd, size_t max, char **ret_bytes, size_t *ret_len)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t cap = first_size(fd, max), len = 0;

	for (;;) {
		ssize_t n;
		char *grown;

		if (!bytes || len > cap) {
			cap = len > cap ? (cap > max / 2 ? max : cap * 2) : cap;
			grown = realloc(bytes, cap + 2);
			if (!grown) {
				return -ENOMEM;
			}
			bytes = grown;
		}
		/* One byte more than cap shows whether there is more. */
		n = read(fd, bytes + len, cap + 1 - len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		if (n == 0) {
			break;
		}
		len += (size_t)n;
		if (len > max) {
			return FD_E_TOO_LARGE;
		}
	}
	bytes[len] = '\0';
	*ret_bytes = TAKE_PTR(bytes);
	*ret_len = len;
	return 0;
}

int fd_write_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static bool name_valid(const char *name)
{
	return name[0] != '\0' && !strchr(name, '/') && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

int fd_read_regular(int dirfd, const char *name, size_t max, char **ret_bytes, size_t *ret_len)
{
	cleanup(fd_close) int fd = -1;
	struct stat st;

	if (!name_valid(name)) {
		return -EINVAL;
	}
	/* Asked before opening too, since opening a device may already act on it. */
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT ? FD_E_MISSING : -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT			  ? FD_E_MISSING
		       : errno == ELOOP || errno == ENXIO ? FD_E_NOT_REGULAR
							  : -errno;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	if (st.st_size > 0 && (uint64_t)st.st_size > max) {
		return FD_E_TOO_LARGE;
	}
	return fd_read_all(fd, max, ret_bytes, ret_len);
}

#define TEMPORARY_SUFFIX ".tmp"

/* ".NAME.TID.tmp" whose thread is no more: a crash left it, and nobody will rename it. */
static bool is_left_over(const char *name)
{
	size_t len = strlen(name), suffix = strlen(TEMPORARY_SUFFIX);
	const char *dot;
	uint64_t tid;

	if (name[0] != '.' || len <= suffix || strcmp(name + len - suffix, TEMPORARY_SUFFIX) != 0) {
		return false;
	}
	dot = memrchr(name, '.', len - suffix);
	if (dot == name ||
		span_u64((struct span){dot + 1, (size_t)(name + len - suffix - dot - 1)}, &tid) !=
			0 ||
		tid == 0 || tid > INT_MAX) {
		return false;
	}
	/* kill(2): with no signal it only tells whether there is such a thread */
	return kill((pid_t)tid, 0) < 0 && errno == ESRCH;
}

/* Best effort: what cannot be removed now may be at the next write. */
static void remove_left_overs(int dirfd)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		fd_close(&fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (is_left_over(entry->d_name)) {
			(void)unlinkat(dirfd, entry->d_name, 0);
		}
	}
	(void)closedir(dir);
}

static int write_temporary(int dirfd, const char *name, const void *bytes, size_t len, mode_t mode)
{
	cleanup(fd_close) int fd = -1;
	int r;

	if (unlinkat(dirfd, name, 0) < 0 && errno != ENOENT) {
		return -errno;
	}
	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return -errno;
	}
	r = fd_write_all(fd, bytes, len);
	if (r < 0) {
		return r;
	}
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0) {
		return -errno;
	}
	return 0;
}

int fd_write_atomic(int dirfd, const char *name, const void *bytes, size_t len, mode_t mode)
{
	char temporary[NAME_MAX + 1];
	int r, n;

	if (!name_valid(name)) {
		return -EINVAL;
	}
	/* The thread's id keeps two writers apart. */
	n = snprintf(temporary, sizeof(temporary), ".%s.%d" TEMPORARY_SUFFIX, name, (int)gettid());
	if (n < 0 || (size_t)n >= sizeof(temporary)) {
		return -ENAMETOOLONG;
	}
	remove_left_overs(dirfd);
	r = write_temporary(dirfd, temporary, bytes, len, mode);
	if (r == 0 && renameat(dirfd, temporary, dirfd, name) < 0) {
		r = -errno;
	}
	if (r < 0) {
		(void)unlinkat(dirfd, temporary, 0);
		return r;
	}
	return fd_sync_dir(dirfd);
}

int fd_sync_dir(int dirfd)
{
	cleanup(fd_close) int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	/* EINVAL: a filesystem that keeps no directories of its own to flush, fsync(2) */
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

int fd_open_dir(int dirfd, const char *path)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int listen_number(const char *variable, uint64_t *ret_n)
{
	/* sd_listen_fds(3) is an environment protocol: the one place that reads it. */
	const char *text = getenv(variable);

	return text ? span_u64(span_z(text), ret_n) : -ENOENT;
}

int fd_from_listen(const char *name)
{
	const char *names = getenv("LISTEN_FDNAMES");
	struct span rest, part;
	uint64_t pid, count;

	if (!names || listen_number("LISTEN_PID", &pid) < 0 || pid != (uint64_t)getpid() ||
		listen_number("LISTEN_FDS", &count) < 0) {
		return -ENOENT;
	}
	rest = span_z(names);
	for (uint64_t i = 0; i < count && i < LISTEN_FDS_LIMIT && span_next(&rest, ':', &part);
		i++) {
		int fd = LISTEN_FD_FIRST + (int)i;

		if (span_eq(part, name)) {
			return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -errno : fd;
		}
	}
	return -ENOENT;
}
