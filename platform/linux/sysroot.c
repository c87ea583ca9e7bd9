/* SPDX-License-Identifier: Apache-2.0 */
#include "sysroot.h"
#include "vec.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/* openat2(2): a rename underneath a ".." gives EAGAIN; the lookup is simply made again. */
#define RESOLVE_TRIES_MAX 16

static int open_below(const struct sysroot *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	for (int tries = 0; tries < RESOLVE_TRIES_MAX; tries++) {
		long fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));

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

int sysroot_open(const char *path, bool live, struct sysroot *ret_root)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	*ret_root = (struct sysroot){.fd = fd, .live = live};
	return 0;
}

void sysroot_finish(struct sysroot *root)
{
	if (root && root->fd >= 0) {
		close(root->fd);
		root->fd = -1;
	}
}

int sysroot_stat(const struct sysroot *root, const char *path, struct stat *ret_stat)
{
	cleanup(fd_close) int fd = open_below(root, path, O_PATH);

	if (fd == -ENOENT) {
		return FD_E_MISSING;
	}
	if (fd < 0) {
		return fd;
	}
	return fstat(fd, ret_stat) < 0 ? -errno : 0;
}

bool sysroot_exists(const struct sysroot *root, const char *path)
{
	struct stat st;

	return sysroot_stat(root, path, &st) == 0;
}

/*
 * The kind is looked at before the file is opened, since opening a device can act on it, and once
 * more afterwards, since the path may have been replaced in between.
 */
int sysroot_open_file(const struct sysroot *root, const char *path, int *ret_fd)
{
	cleanup(fd_close) int fd = -1;
	struct stat st;
	int r;

	r = sysroot_stat(root, path, &st);
	if (r != 0) {
		return r;
	}
	if (!S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	fd = open_below(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd == -ENOENT) {
		return FD_E_MISSING;
	}
	if (fd < 0) {
		return fd;
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

int sysroot_open_path(const struct sysroot *root, const char *path, int *ret_fd)
{
	int fd = open_below(root, path, O_PATH | O_NOFOLLOW);

	if (fd < 0) {
		return fd == -ENOENT ? FD_E_MISSING : fd;
	}
	*ret_fd = fd;
	return 0;
}

/* The very inode that was looked at is opened: proc_pid_fd(5) */
int sysroot_open_device(const struct sysroot *root, const char *path, dev_t number, int *ret_fd)
{
	cleanup(fd_close) int node = open_below(root, path, O_PATH | O_NOFOLLOW);
	struct stat st;
	char link[32];
	int fd;

	if (node < 0) {
		return node == -ENOENT ? FD_E_MISSING : node;
	}
	if (fstat(node, &st) < 0) {
		return -errno;
	}
	if (!S_ISCHR(st.st_mode) || st.st_rdev != number) {
		return FD_E_NOT_REGULAR;
	}
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", node);
	fd = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	*ret_fd = fd;
	return 0;
}

int sysroot_read(
	const struct sysroot *root, const char *path, size_t max, char **ret_bytes, size_t *ret_len)
{
	cleanup(fd_close) int fd = -1;
	int r;

	r = sysroot_open_file(root, path, &fd);
	if (r != 0) {
		return r;
	}
	return fd_read_all(fd, max, ret_bytes, ret_len);
}

int sysroot_readlink(const struct sysroot *root, const char *path, char **ret_target)
{
	cleanup(fd_close) int fd = open_below(root, path, O_PATH | O_NOFOLLOW);
	char target[4096]; /* PATH_MAX, limits.h of the kernel */
	ssize_t n;
	char *copy;

	if (fd == -ENOENT) {
		return FD_E_MISSING;
	}
	if (fd < 0) {
		return fd;
	}
	n = readlinkat(fd, "", target, sizeof(target));
	if (n < 0) {
		/* readlinkat on an fd that is no link says ENOENT */
		return errno == ENOENT ? -EINVAL : -errno;
	}
	if ((size_t)n == sizeof(target)) {
		return -ENAMETOOLONG;
	}
	copy = strndup(target, (size_t)n);
	if (!copy) {
		return -ENOMEM;
	}
	*ret_target = copy;
	return 0;
}

static int names_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void dir_close(DIR **dir)
{
	if (*dir) {
		closedir(*dir);
	}
}

static void names_clear(char **names, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		free(names[i]);
	}
	free(names);
}

static bool name_is_dot(const char *name)
{
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

int sysroot_list(const struct sysroot *root, const char *path, struct sysroot_names *ret_names)
{
	int fd = open_below(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);

	if (fd == -ENOENT) {
		return FD_E_MISSING;
	}
	return fd < 0 ? fd : sysroot_names_read(fd, SYSROOT_NAMES_MAX, ret_names);
}

int sysroot_open_dir(const struct sysroot *root, const char *path, int *ret_fd)
{
	int fd = open_below(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);

	if (fd < 0) {
		return fd == -ENOENT ? FD_E_MISSING : fd;
	}
	*ret_fd = fd;
	return 0;
}

int sysroot_names_read(int taken_fd, size_t max, struct sysroot_names *ret_names)
{
	cleanup(fd_close) int fd = taken_fd;
	cleanup(dir_close) DIR *dir = fdopendir(fd);
	VEC(char *) names = {NULL, 0, 0};
	int r = 0;

	if (!dir) {
		return -errno;
	}
	TAKE_FD(fd);
	for (;;) {
		struct dirent *entry;
		char *name;

		errno = 0;
		entry = readdir(dir);
		if (!entry) {
			r = -errno;
			break;
		}
		if (name_is_dot(entry->d_name)) {
			continue;
		}
		name = strdup(entry->d_name);
		r = name ? vec_push(&names, name, max) : -ENOMEM;
		if (r < 0) {
			free(name);
			break;
		}
	}
	if (r < 0) {
		names_clear(names.items, names.len);
		return r;
	}
	if (names.len > 0) {
		qsort(names.items, names.len, sizeof(*names.items), names_compare);
	}
	*ret_names = (struct sysroot_names){.names = names.items, .len = names.len};
	return 0;
}

void sysroot_names_finish(struct sysroot_names *names)
{
	if (names) {
		names_clear(names->names, names->len);
		*names = (struct sysroot_names){0};
	}
}
