/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folders that this machine offers to others: by Samba (smb.conf(5), net(8) usershares) and by NFS
 * (exports(5)). Told apart by device and inode, so that no path of a person is compared or kept.
 */
#pragma once

#include "base.h"
#include "sysroot.h"

#define RECORDINGS_SHARES_MAX 64
#define RECORDINGS_SHARE_FILE_MAX ((size_t)1 << 20)
#define RECORDINGS_SHARE_PATH_MAX 1024

struct recordings_shares {
	struct {
		dev_t dev;
		ino_t ino;
	} at[RECORDINGS_SHARES_MAX];
	size_t len;
	bool unseen; /* a share that cannot be told: its file is closed, its path has a "%" */
};

/* -ENOMEM */
must_check int recordings_shares_read(
	const struct sysroot *root, struct recordings_shares *ret_shares);
void recordings_shares_add(struct recordings_shares *shares, const struct stat *st);
bool recordings_shares_have(const struct recordings_shares *shares, const struct stat *st);

/* path is terminated, without its leading slash, at most RECORDINGS_SHARE_PATH_MAX long; NULL: one
 * that cannot be told. Negative errno ends the reading. */
typedef int (*recordings_share_fn)(const char *path, void *data);
/* Pure. Sections that are no folder, and those that are not available, are passed over. */
must_check int recordings_share_smb(struct span text, recordings_share_fn fn, void *data);
/* Pure. A usershare is "path=..." alone. */
must_check int recordings_share_exports(struct span text, recordings_share_fn fn, void *data);
