/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a person below the directory fd of their home, opened with that person's rights. What
 * lies there is hostile: a path never leads out of the home, follows no link at all (openat2(2),
 * RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS), and nothing but a regular file or a directory is
 * opened, so that no FIFO blocks and no device acts. Paths have no leading slash.
 *
 * FD_E_MISSING when a step is not there or is no directory. A link on the way gives -ELOOP: what
 * the program behind it reads cannot be told, so the fact stays not seen.
 */
#pragma once

#include "base.h"
#include "sysroot.h"

#define HOMEFILES_NAMES_MAX 8192

/* FD_E_MISSING, FD_E_NOT_REGULAR, -errno */
must_check int homefiles_open(int home, const char *path, int *ret_fd);
/* The whole file, terminated, on the heap. FD_E_*, -errno */
must_check int homefiles_read(
	int home, const char *path, size_t max, char **ret_bytes, size_t *ret_len);
/* Of anything, without opening it; of a link itself. FD_E_MISSING, -errno */
must_check int homefiles_stat(int home, const char *path, struct stat *ret_stat);
/* A directory to look below, for at most as long as it is needed; "." is the home. FD_E_MISSING */
must_check int homefiles_open_dir(int home, const char *path, int *ret_fd);
/* Names in a directory, sorted; -ENOSPC past HOMEFILES_NAMES_MAX. FD_E_MISSING, -errno */
must_check int homefiles_list(int home, const char *path, struct sysroot_names *ret_names);
