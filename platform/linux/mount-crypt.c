/* SPDX-License-Identifier: Apache-2.0 */
#include "mount-crypt.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum fs_kind {
	FS_DEVICE, /* on the block device that its number names */
	FS_SOURCE, /* on the block device that its source names */
	FS_MEMORY,
	FS_IMAGE, /* read-only: nobody's files */
	FS_REMOTE,
	FS_OVERLAY,
	FS_ENCRYPTED,
	FS_UNSEEN, /* may encrypt by itself */
};

static const struct {
	const char *fstype;
	enum fs_kind kind;
} kinds[] = {
	{"9p", FS_REMOTE},
	{"afs", FS_REMOTE},
	{"bcachefs", FS_UNSEEN},
	{"btrfs", FS_SOURCE},
	{"ceph", FS_REMOTE},
	{"cifs", FS_REMOTE},
	{"ecryptfs", FS_ENCRYPTED},
	{"erofs", FS_IMAGE},
	{"fuse.gocryptfs", FS_ENCRYPTED},
	{"fuse.sshfs", FS_REMOTE},
	{"iso9660", FS_IMAGE},
	{"nfs", FS_REMOTE},
	{"nfs4", FS_REMOTE},
	{"overlay", FS_OVERLAY},
	{"ramfs", FS_MEMORY},
	{"rootfs", FS_MEMORY},
	{"smb3", FS_REMOTE},
	{"squashfs", FS_IMAGE},
	{"tmpfs", FS_MEMORY},
	{"virtiofs", FS_REMOTE},
	{"zfs", FS_UNSEEN},
};

static enum fs_kind kind_of(const char *fstype)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].fstype, fstype) == 0) {
			return kinds[i].kind;
		}
	}
	return strncmp(fstype, "fuse.", 5) == 0 ? FS_UNSEEN : FS_DEVICE;
}

static bool names_hold(const struct sysroot_names *names, const char *name)
{
	for (size_t i = 0; i < names->len; i++) {
		if (strcmp(names->names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static int devices_crypt(const struct sysroot *root, const struct sysroot_names *devices,
	unsigned depth, enum block_crypt *worst)
{
	for (size_t i = 0; i < devices->len; i++) {
		char device[NAME_MAX + 8];
		enum block_crypt one;
		int r;

		snprintf(device, sizeof(device), "dev/%.255s", devices->names[i]);
		r = block_crypt_of_source(root, device, depth, &one);
		if (r < 0) {
			return r;
		}
		*worst = one > *worst ? one : *worst;
	}
	return 0;
}

/*
 * btrfs may span several devices: those of one file system are named below
 * /sys/fs/btrfs/UUID/devices (sysfs-fs-btrfs), the source of the mount among them.
 */
static int btrfs_crypt(
	const struct sysroot *root, const char *source, unsigned depth, enum block_crypt *ret_crypt)
{
	cleanup(sysroot_names_finish) struct sysroot_names uuids = {0};
	char name[NAME_MAX + 1];
	bool found = false;
	int r;

	r = block_crypt_of_source(root, source, depth, ret_crypt);
	if (r == 0) {
		r = block_name_of_source(root, source, name, sizeof(name), &found);
	}
	if (r < 0 || !found) {
		return r;
	}
	r = sysroot_list(root, "sys/fs/btrfs", &uuids);
	for (size_t i = 0; r == 0 && i < uuids.len; i++) {
		cleanup(sysroot_names_finish) struct sysroot_names devices = {0};
		char path[512];

		snprintf(path, sizeof(path), "sys/fs/btrfs/%.255s/devices", uuids.names[i]);
		if (sysroot_list(root, path, &devices) == -ENOMEM) {
			return -ENOMEM;
		}
		if (names_hold(&devices, name)) {
			r = devices_crypt(root, &devices, depth, ret_crypt);
		}
	}
	return r == -ENOMEM ? r : 0;
}

/* A live system lays memory over an image; a container shows paths of its host, not seen from here.
 */
static enum block_crypt overlay_crypt(const struct mount_table *table, const struct mount *mount)
{
	cleanup(free_ptr) char *upper = mount_option(mount, "upperdir");
	const struct mount *below;

	if (!upper) {
		return BLOCK_CRYPT_NONE; /* nothing can be written to it */
	}
	below = upper[0] == '/' ? mount_table_find(table, upper + 1) : NULL;
	if (below && below != mount && kind_of(below->fstype) == FS_MEMORY) {
		return BLOCK_CRYPT_NONE;
	}
	return BLOCK_CRYPT_UNKNOWN;
}

int mount_crypt_of(const struct sysroot *root, const struct mount_table *table,
	const struct mount *mount, unsigned depth, enum block_crypt *ret_crypt)
{
	switch (kind_of(mount->fstype)) {
	case FS_DEVICE:
		return block_crypt_of_device(root, mount->major, mount->minor, depth, ret_crypt);
	case FS_SOURCE:
		return btrfs_crypt(
			root, mount->source + (mount->source[0] == '/'), depth, ret_crypt);
	case FS_MEMORY:
	case FS_IMAGE:
		*ret_crypt = BLOCK_CRYPT_NONE;
		return 0;
	case FS_REMOTE:
		*ret_crypt = BLOCK_CRYPT_REMOTE;
		return 0;
	case FS_OVERLAY:
		*ret_crypt = overlay_crypt(table, mount);
		return 0;
	case FS_ENCRYPTED:
		*ret_crypt = BLOCK_CRYPT_ENCRYPTED;
		return 0;
	case FS_UNSEEN:
		break;
	}
	*ret_crypt = BLOCK_CRYPT_UNKNOWN;
	return 0;
}

int mount_crypt_table(const struct sysroot *root, struct mount_table *ret_table)
{
	char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, "proc/1/mountinfo", MOUNT_TABLE_BYTES_MAX, &text, &len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		return r == -EACCES || r == -EPERM ? MOUNT_CRYPT_E_PERMITTED
						   : MOUNT_CRYPT_E_MISSING;
	}
	r = mount_table_parse(text, len, ret_table);
	return r == 0 || r == -ENOMEM ? r : MOUNT_CRYPT_E_FORMAT;
}

int mount_crypt_of_file(
	const struct sysroot *root, const char *path, unsigned depth, enum block_crypt *ret_crypt)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = NULL};
	const struct mount *mount;
	int r = mount_crypt_table(root, &table);

	*ret_crypt = BLOCK_CRYPT_UNKNOWN;
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	mount = mount_table_find(&table, path);
	return mount ? mount_crypt_of(root, &table, mount, depth, ret_crypt) : 0;
}
