/* SPDX-License-Identifier: Apache-2.0 */
#include "attributes.h"

#include "change.h"

#include <string.h>
#include <sys/xattr.h>

#define NAMES_MAX 4096
#define VALUE_MAX 65536 /* XATTR_SIZE_MAX, linux/limits.h */

/* These sign the content, which is about to be another one: the kernel makes them anew. */
static bool is_of_content(const char *name)
{
	return strcmp(name, "security.ima") == 0 || strcmp(name, "security.evm") == 0;
}

static int copy_one(int from, int to, const char *name, char *value, char *present)
{
	ssize_t len = fgetxattr(from, name, value, VALUE_MAX);
	ssize_t has;

	if (len < 0) {
		return errno == ENODATA ? 0 : ENFORCE_ERROR_ATTRIBUTES;
	}
	/* a label that the kernel already gave need not be set, which may not be permitted */
	has = fgetxattr(to, name, present, VALUE_MAX);
	if (has == len && memcmp(value, present, (size_t)len) == 0) {
		return 0;
	}
	return fsetxattr(to, name, value, (size_t)len, 0) < 0 ? ENFORCE_ERROR_ATTRIBUTES : 0;
}

static int copy_all(int from, int to)
{
	cleanup(free_ptr) char *names = malloc(NAMES_MAX);
	cleanup(free_ptr) char *value = malloc(VALUE_MAX);
	cleanup(free_ptr) char *present = malloc(VALUE_MAX);
	ssize_t len;

	if (!names || !value || !present) {
		return -ENOMEM;
	}
	len = flistxattr(from, names, NAMES_MAX);
	if (len < 0) {
		return errno == ENOTSUP ? 0 : ENFORCE_ERROR_ATTRIBUTES;
	}
	for (const char *name = names; name < names + len; name += strlen(name) + 1) {
		int r = is_of_content(name) ? 0 : copy_one(from, to, name, value, present);

		if (r != 0) {
			return r;
		}
	}
	return 0;
}

int enforce_attributes_copy(int from, const struct stat *st, int to)
{
	struct stat made;
	int r;

	if (fstat(to, &made) < 0) {
		return -errno;
	}
	if ((made.st_uid != st->st_uid || made.st_gid != st->st_gid) &&
		fchown(to, st->st_uid, st->st_gid) < 0) {
		return ENFORCE_ERROR_ATTRIBUTES;
	}
	/* the mode last but one: with an ACL its group bits are the mask, which the ACL carries too
	 */
	if (fchmod(to, st->st_mode & 07777) < 0) {
		return -errno;
	}
	r = copy_all(from, to);
	return r;
}
