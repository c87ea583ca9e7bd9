/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POSIX access lists as the kernel gives them (acl(5), include/uapi/linux/posix_acl_xattr.h):
 * a version, then entries of {tag, permissions, id}, little endian.
 */
#pragma once

#include "base.h"

#define POSIX_ACL_XATTR "system.posix_acl_access"
#define POSIX_ACL_BYTES_MAX ((size_t)4096)

enum posix_acl_tag {
	POSIX_ACL_USER_OBJ = 0x01,
	POSIX_ACL_USER = 0x02,
	POSIX_ACL_GROUP_OBJ = 0x04,
	POSIX_ACL_GROUP = 0x08,
	POSIX_ACL_MASK = 0x10,
	POSIX_ACL_OTHER = 0x20,
};

struct posix_acl_entry {
	enum posix_acl_tag tag;
	unsigned permissions; /* 4 read, 2 write, 1 search; of users and groups what the mask
				 leaves of them */
	uint32_t id;	      /* of POSIX_ACL_USER and POSIX_ACL_GROUP */
};
typedef void (*posix_acl_fn)(const struct posix_acl_entry *entry, void *data);

/* Pure; each entry but the mask once. -EBADMSG on what is no list, maybe after some calls. */
must_check int posix_acl_each(struct span bytes, posix_acl_fn fn, void *data);
