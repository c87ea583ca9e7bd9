/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the machine below a root directory fd: the live "/", a mounted disk, or a test's fake
 * root. The only module of the agent that opens a path it was given. Lookups use openat2(2) with
 * RESOLVE_IN_ROOT, so an absolute link inside a mounted disk stays inside it.
 */
#pragma once

#include "base.h"
#include "fd.h"

#include <dirent.h>
#include <sys/stat.h>

struct sysroot {
	int fd;
	bool live; /* "/" of this machine: /proc and /sys tell about it */
};

must_check int sysroot_open(const char *path, bool live, struct sysroot *ret_root);
void sysroot_finish(struct sysroot *root);

/* path has no leading slash. Read-only fd; FD_E_MISSING, -errno. Never blocks on a FIFO. */
must_check int sysroot_open_file(const struct sysroot *root, const char *path, int *ret_fd);
/* An O_PATH fd of whatever stands there, last link not followed. FD_E_MISSING */
must_check int sysroot_open_path(const struct sysroot *root, const char *path, int *ret_fd);
/*
 * A character device of this number: one made anew in between is not opened. Read-only, never
 * waits. FD_E_MISSING; FD_E_NOT_REGULAR when it is something else.
 */
must_check int sysroot_open_device(
	const struct sysroot *root, const char *path, dev_t number, int *ret_fd);
/* Whole regular file (a /proc or /sys file counts); FD_E_* or -errno. Terminated, on the heap. */
must_check int sysroot_read(const struct sysroot *root, const char *path, size_t max,
	char **ret_bytes, size_t *ret_len);
must_check int sysroot_stat(const struct sysroot *root, const char *path, struct stat *ret_stat);
bool sysroot_exists(const struct sysroot *root, const char *path);
/* Target text of a link, terminated, on the heap */
must_check int sysroot_readlink(const struct sysroot *root, const char *path, char **ret_target);

#define SYSROOT_NAMES_MAX 65536
/* Names in a directory, sorted by bytes, without . and ..; each on the heap. */
struct sysroot_names {
	char **names;
	size_t len;
};
must_check int sysroot_list(
	const struct sysroot *root, const char *path, struct sysroot_names *ret_names);
/* The same of a directory that is open already; takes the fd, also when it fails. -ENOSPC past max
 */
must_check int sysroot_names_read(int fd, size_t max, struct sysroot_names *ret_names);
/* A directory to look below. FD_E_MISSING */
must_check int sysroot_open_dir(const struct sysroot *root, const char *path, int *ret_fd);
void sysroot_names_finish(struct sysroot_names *names);
