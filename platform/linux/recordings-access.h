/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether other people of this computer may enter a directory or read a file: by its mode and its
 * access list (path_resolution(7), acl(5)), and by who is in a group (group(5), passwd(5)).
 */
#pragma once

#include "base.h"
#include "sysroot.h"

#include <sys/types.h>

#define RECORDINGS_ACCESS_READ 4U
#define RECORDINGS_ACCESS_SEARCH 1U

/* The lists of accounts and groups of this machine, read when a group first matters */
struct recordings_access {
	const struct sysroot *root;
	uid_t uid; /* whose recordings they are */
	char *passwd, *group;
	size_t passwd_len, group_len;
	bool listed;
	bool unseen; /* an access list or those two files could not be understood */
};
void recordings_access_finish(struct recordings_access *access);

/*
 * Whether anybody but the owner of the recordings has this right on what st and name tell of; name
 * is below the open directory dir, or "." for itself. root's rights, and those that system accounts
 * get of their own, are no people's: the right of "others" is, whether or not somebody else has an
 * account today. -ENOMEM
 */
must_check int recordings_access_others(struct recordings_access *access, int dir, const char *name,
	const struct stat *st, unsigned right, bool *ret_others);

/*
 * Pure: whether a person other than this one is in the group: by its members, or as the first group
 * of an account. A group that the lists do not hold is one of a directory: anybody may be in it.
 */
bool recordings_group_shared(struct span passwd, struct span group, uid_t uid, gid_t gid);
