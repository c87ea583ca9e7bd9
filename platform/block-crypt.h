/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what lies on a block device is encrypted below it: /sys/dev/block (sysfs-block). */
#pragma once

#include "sysroot.h"

enum block_crypt {
	BLOCK_CRYPT_NONE,      /* it stores nothing that stays: memory, a read-only image */
	BLOCK_CRYPT_ENCRYPTED, /* dm-crypt is on every way down */
	BLOCK_CRYPT_UNKNOWN,   /* it cannot be followed */
	BLOCK_CRYPT_REMOTE,    /* it is on another machine */
	BLOCK_CRYPT_PLAIN,     /* there is a way down without encryption */
};

/* depth: how many devices and files were passed on the way here, 0 to begin with */
must_check int block_crypt_of_device(const struct sysroot *root, unsigned major, unsigned minor,
	unsigned depth, enum block_crypt *ret_crypt);
/* By the name that a mount has as its source, without its slash: "dev/sda2", "dev/mapper/x" */
must_check int block_crypt_of_source(const struct sysroot *root, const char *source, unsigned depth,
	enum block_crypt *ret_crypt);
/* The kernel's own name for such a source, "dm-0" for "dev/mapper/x" */
must_check int block_name_of_source(
	const struct sysroot *root, const char *source, char *name, size_t size, bool *ret_found);
