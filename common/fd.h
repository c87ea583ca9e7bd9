/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing whole files through directory fds. Everything is O_CLOEXEC. */
#pragma once

#include "base.h"
#include "str.h"

#include <sys/types.h>

/* Named outcomes for opening what somebody else may have laid there */
enum fd_outcome {
	FD_E_NOT_REGULAR = 1, /* a link, FIFO, socket, device or directory */
	FD_E_TOO_LARGE,	      /* longer than the caller's cap */
	FD_E_MISSING,	      /* no such file */
};

/* Reads fd to its end. FD_E_TOO_LARGE past max. The buffer is terminated; *ret_len excludes it. */
must_check int fd_read_all(int fd, size_t max, char **ret_bytes, size_t *ret_len);
must_check int fd_write_all(int fd, const void *bytes, size_t len);
/*
 * Opens name (one component, no slash) below dirfd without following a link or blocking on a FIFO,
 * insists on a regular file, reads it.
 */
must_check int fd_read_regular(
	int dirfd, const char *name, size_t max, char **ret_bytes, size_t *ret_len);
/*
 * Replaces name below dirfd by these bytes: temporary file in the same directory with the final
 * mode, fsync, rename, fsync of the directory. A crash leaves the old or the new file. It may also
 * leave the temporary one, ".NAME.TID.tmp"; the next write into the directory removes those of
 * threads that are no more, so every writer into one directory must see the others' thread ids.
 */
must_check int fd_write_atomic(
	int dirfd, const char *name, const void *bytes, size_t len, mode_t mode);
must_check int fd_sync_dir(int dirfd);			 /* fsync(2) of the directory itself */
must_check int fd_open_dir(int dirfd, const char *path); /* O_DIRECTORY|O_NOFOLLOW; fd or -errno */

/* LISTEN_FDS of sd_listen_fds(3): the fd passed under this name, or -ENOENT. */
must_check int fd_from_listen(const char *name);
