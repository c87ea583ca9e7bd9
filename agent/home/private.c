/* SPDX-License-Identifier: Apache-2.0 */
#include "private.h"

#include "mount-crypt.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The mounts as this process sees them: those of process 1 are not shown to an account. */
static int read_mounts(const struct sysroot *root, struct mount_table *ret_table)
{
	char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, "proc/self/mountinfo", MOUNT_TABLE_BYTES_MAX, &text, &len);

	if (r != 0) {
		return r == -ENOMEM ? r : -ENOENT;
	}
	return mount_table_parse(text, len, ret_table);
}

int private_folder(const struct sysroot *root, int home, char **ret_folder)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = NULL};
	char link[32], path[PATH_MAX];
	enum block_crypt crypt = BLOCK_CRYPT_UNKNOWN;
	const struct mount *mount;
	ssize_t len;
	int r;

	*ret_folder = NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", home);
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 1 || path[0] != '/') {
		return 0;
	}
	path[len] = '\0';
	r = read_mounts(root, &table);
	mount = r == 0 ? mount_table_find(&table, path + 1) : NULL;
	if (mount) {
		r = mount_crypt_of(root, &table, mount, 0, &crypt);
	}
	if (r == 0 && crypt == BLOCK_CRYPT_ENCRYPTED) {
		*ret_folder = strdup(path);
		r = *ret_folder ? 0 : -ENOMEM;
	}
	return r == -ENOMEM ? r : 0;
}
