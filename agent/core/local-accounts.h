/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few things that caretakerd asks of the machine's account files, read by itself: name service
 * modules would bring sockets and libraries into a root process. An administrators' group that only
 * a directory server knows is therefore not seen; make it local.
 */
#pragma once

#include "str.h"
#include "sysroot.h"

#include <sys/types.h>

#define LOCAL_ACCOUNTS_FILE_MAX ((size_t)4 << 20)

/* group(5): -ENOENT when no line names it */
must_check int local_accounts_group_gid(struct span etc_group, const char *name, gid_t *ret_gid);
/* login.defs(5) UID_MIN and UID_MAX; its documented defaults where it is silent */
void local_accounts_uid_range(struct span login_defs, uid_t *ret_min, uid_t *ret_max);
/* Whether the machine's own login.defs counts this uid as a person's */
bool local_accounts_is_person(const struct sysroot *root, uid_t uid);
