/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what lies below a mount point is encrypted on its way to the disk. */
#pragma once

#include "block-crypt.h"
#include "mount-table.h"

enum mount_crypt_outcome {
	MOUNT_CRYPT_E_MISSING = 1,
	MOUNT_CRYPT_E_PERMITTED,
	MOUNT_CRYPT_E_FORMAT,
};

/* The mounts as process 1 sees them: this process's own namespace shows others. -ENOMEM */
must_check int mount_crypt_table(const struct sysroot *root, struct mount_table *ret_table);
/* mount is one of the table; depth as in block-crypt.h. Negative errno */
must_check int mount_crypt_of(const struct sysroot *root, const struct mount_table *table,
	const struct mount *mount, unsigned depth, enum block_crypt *ret_crypt);
/* By the mount that holds a file, as process 1 sees it; path without its slash. Negative errno */
must_check int mount_crypt_of_file(
	const struct sysroot *root, const char *path, unsigned depth, enum block_crypt *ret_crypt);
