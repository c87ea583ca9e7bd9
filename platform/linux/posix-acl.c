/* SPDX-License-Identifier: Apache-2.0 */
#include "posix-acl.h"

#include <endian.h>
#include <string.h>

#define VERSION 2
#define HEADER_LEN 4
#define ENTRY_LEN 8
#define PERMISSIONS 07

static bool tag_known(uint16_t tag)
{
	switch (tag) {
	case POSIX_ACL_USER_OBJ:
	case POSIX_ACL_USER:
	case POSIX_ACL_GROUP_OBJ:
	case POSIX_ACL_GROUP:
	case POSIX_ACL_MASK:
	case POSIX_ACL_OTHER:
		return true;
	default:
		return false;
	}
}

static int entry_read(const char *p, struct posix_acl_entry *ret_entry)
{
	uint16_t tag, permissions;
	uint32_t id;

	memcpy(&tag, p, sizeof(tag));
	memcpy(&permissions, p + 2, sizeof(permissions));
	memcpy(&id, p + 4, sizeof(id));
	tag = le16toh(tag);
	permissions = le16toh(permissions);
	if (!tag_known(tag) || permissions > PERMISSIONS) {
		return -EBADMSG;
	}
	*ret_entry = (struct posix_acl_entry){
		.tag = (enum posix_acl_tag)tag, .permissions = permissions, .id = le32toh(id)};
	return 0;
}

/* acl(5): the mask bounds all entries but those of the owner and of others. */
static int mask_find(struct span bytes, unsigned *ret_mask)
{
	unsigned mask = PERMISSIONS;

	for (size_t at = HEADER_LEN; at < bytes.len; at += ENTRY_LEN) {
		struct posix_acl_entry entry;
		int r = entry_read(bytes.p + at, &entry);

		if (r < 0) {
			return r;
		}
		if (entry.tag == POSIX_ACL_MASK) {
			mask = entry.permissions;
		}
	}
	*ret_mask = mask;
	return 0;
}

int posix_acl_each(struct span bytes, posix_acl_fn fn, void *data)
{
	uint32_t version;
	unsigned mask;
	int r;

	if (bytes.len < HEADER_LEN || (bytes.len - HEADER_LEN) % ENTRY_LEN != 0) {
		return -EBADMSG;
	}
	memcpy(&version, bytes.p, sizeof(version));
	r = le32toh(version) == VERSION ? mask_find(bytes, &mask) : -EBADMSG;
	for (size_t at = HEADER_LEN; r == 0 && at < bytes.len; at += ENTRY_LEN) {
		struct posix_acl_entry entry;

		r = entry_read(bytes.p + at, &entry);
		if (r == 0 && entry.tag != POSIX_ACL_MASK) {
			if (entry.tag != POSIX_ACL_USER_OBJ && entry.tag != POSIX_ACL_OTHER) {
				entry.permissions &= mask;
			}
			fn(&entry, data);
		}
	}
	return r;
}
