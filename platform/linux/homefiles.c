/* SPDX-License-Identifier: Apache-2.0 */
#include "homefiles.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

/* openat2(2): a rename meanwhile gives EAGAIN; the lookup is simply made again. */
#define RESOLVE_TRIES_MAX 16

static int open_below(int home, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | resolve,
	};

	for (int tries = 0; tries < RESOLVE_TRIES_MAX; tries++) {
		long fd = syscall(SYS_openat2, home, path, &how, sizeof(how));

		if (fd >= 0) {
			return (int)fd;
		}
		if (errno == ENOENT || errno == ENOTDIR) {
			return -ENOENT;
		}
		if (errno != EAGAIN && errno != EINTR) {
			break;
		}
	}
	return -errno;
}

/* O_PATH with O_NOFOLLOW gives the link itself; links on the way to it are still refused. */
int homefiles_stat(int home, const char *path, struct stat *ret_stat)
{
	cleanup(fd_close) int fd = open_below(home, path, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);

	if (fd == -ENOENT) {
		return FD_E_MISSING;
	}
	if (fd < 0) {
		return fd;
	}
	return fstat(fd, ret_stat) < 0 ? -errno : 0;
}

/* The kind is looked at before the file is opened, and again after, as in sysroot.c. */
int homefiles_open(int home, const char *path, int *ret_fd)
{
	cleanup(fd_close) int fd = -1;
	struct stat st;
	int r = homefiles_stat(home, path, &st);

	if (r != 0) {
		return r;
	}
	if (S_ISLNK(st.st_mode)) {
		return -ELOOP;
	}
	if (!S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	fd = open_below(home, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, RESOLVE_NO_SYMLINKS);
	if (fd < 0) {
		return fd == -ENOENT ? FD_E_MISSING : fd;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int homefiles_read(int home, const char *path, size_t max, char **ret_bytes, size_t *ret_len)
{
	cleanup(fd_close) int fd = -1;
	int r = homefiles_open(home, path, &fd);

	return r == 0 ? fd_read_all(fd, max, ret_bytes, ret_len) : r;
}

int homefiles_open_dir(int home, const char *path, int *ret_fd)
{
	int fd = open_below(home, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, RESOLVE_NO_SYMLINKS);

	if (fd < 0) {
		return fd == -ENOENT ? FD_E_MISSING : fd;
	}
	*ret_fd = fd;
	return 0;
}

int homefiles_list(int home, const char *path, struct sysroot_names *ret_names)
{
	int fd;
	int r = homefiles_open_dir(home, path, &fd);

	return r == 0 ? sysroot_names_read(fd, HOMEFILES_NAMES_MAX, ret_names) : r;
}
