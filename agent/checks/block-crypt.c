/* SPDX-License-Identifier: Apache-2.0 */
#include "block-crypt.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#define DEPTH_MAX 16
#define VALUE_MAX ((size_t)4096)
#define PATH_LEN_MAX 1024

static int value_read(
	const struct sysroot *root, const char *dir, const char *name, char **ret_value)
{
	char path[PATH_LEN_MAX];
	size_t len = 0;
	int r;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path)) {
		return FD_E_MISSING;
	}
	r = sysroot_read(root, path, VALUE_MAX, ret_value, &len);
	if (r == 0) {
		(*ret_value)[strcspn(*ret_value, "\n")] = '\0';
	}
	return r;
}

/*
 * cryptsetup writes CRYPT-TYPE-...; verity and integrity carry that prefix too and encrypt
 * nothing.
 */
static bool uuid_encrypts(const char *uuid)
{
	return strncmp(uuid, "CRYPT-", 6) == 0 && strncmp(uuid, "CRYPT-VERITY", 12) != 0 &&
	       strncmp(uuid, "CRYPT-INTEGRITY", 15) != 0;
}

/* By the kernel's name of the device; BLOCK_CRYPT_ENCRYPTED for "ask further" */
static enum block_crypt name_crypt(const char *name)
{
	static const struct {
		const char *prefix;
		enum block_crypt crypt;
	} rows[] = {
		{"drbd", BLOCK_CRYPT_UNKNOWN}, /* names no slave in sysfs */
		{"nbd", BLOCK_CRYPT_REMOTE}, {"ram", BLOCK_CRYPT_NONE}, {"rbd", BLOCK_CRYPT_REMOTE},
		{"sr", BLOCK_CRYPT_NONE}, {"zram", BLOCK_CRYPT_NONE},
		{"zd", BLOCK_CRYPT_UNKNOWN}, /* a ZFS volume */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = strlen(rows[i].prefix);

		if (strncmp(name, rows[i].prefix, len) == 0 && name[len] >= '0' &&
			name[len] <= '9') {
			return rows[i].crypt;
		}
	}
	return BLOCK_CRYPT_ENCRYPTED;
}

/* One directory of a device, and the way down from it */
static int directory_crypt(
	const struct sysroot *root, const char *dir, unsigned depth, enum block_crypt *ret_crypt);

static int slaves_crypt(const struct sysroot *root, const char *dir,
	const struct sysroot_names *slaves, unsigned depth, enum block_crypt *ret_crypt)
{
	enum block_crypt worst = BLOCK_CRYPT_NONE;

	for (size_t i = 0; i < slaves->len; i++) {
		char path[PATH_LEN_MAX];
		enum block_crypt one = name_crypt(slaves->names[i]);
		int r = 0;

		if (snprintf(path, sizeof(path), "%s/slaves/%s", dir, slaves->names[i]) >=
			(int)sizeof(path)) {
			one = BLOCK_CRYPT_UNKNOWN;
		} else if (one == BLOCK_CRYPT_ENCRYPTED) {
			r = directory_crypt(root, path, depth + 1, &one);
		}
		if (r < 0) {
			return r;
		}
		worst = one > worst ? one : worst;
	}
	*ret_crypt = worst;
	return 0;
}

static int directory_crypt(
	const struct sysroot *root, const char *dir, unsigned depth, enum block_crypt *ret_crypt)
{
	cleanup(sysroot_names_finish) struct sysroot_names slaves = {0};
	cleanup(free_ptr) char *uuid = NULL;
	cleanup(free_ptr) char *backing = NULL;
	char path[PATH_LEN_MAX];
	int r;

	if (depth > DEPTH_MAX ||
		snprintf(path, sizeof(path), "%s/slaves", dir) >= (int)sizeof(path)) {
		*ret_crypt = BLOCK_CRYPT_UNKNOWN;
		return 0;
	}
	r = value_read(root, dir, "dm/uuid", &uuid);
	if (r == -ENOMEM) {
		return r;
	}
	if (r == 0 && uuid_encrypts(uuid)) {
		*ret_crypt = BLOCK_CRYPT_ENCRYPTED;
		return 0;
	}
	r = sysroot_list(root, path, &slaves);
	if (r == -ENOMEM) {
		return r;
	}
	if (slaves.len > 0) {
		return slaves_crypt(root, dir, &slaves, depth, ret_crypt);
	}
	/* A loop device stands on a file, wherever that is. */
	r = value_read(root, dir, "loop/backing_file", &backing);
	if (r == -ENOMEM) {
		return r;
	}
	*ret_crypt = r == 0 ? BLOCK_CRYPT_UNKNOWN : BLOCK_CRYPT_PLAIN;
	return 0;
}

int block_crypt_of_device(
	const struct sysroot *root, unsigned major, unsigned minor, enum block_crypt *ret_crypt)
{
	cleanup(free_ptr) char *target = NULL;
	enum block_crypt crypt = BLOCK_CRYPT_ENCRYPTED;
	const char *name;
	char path[64];
	int r;

	snprintf(path, sizeof(path), "sys/dev/block/%u:%u", major, minor);
	if (!sysroot_exists(root, path)) {
		*ret_crypt = BLOCK_CRYPT_UNKNOWN;
		return 0;
	}
	r = sysroot_readlink(root, path, &target);
	if (r == -ENOMEM) {
		return r;
	}
	if (r == 0) {
		name = strrchr(target, '/');
		crypt = name_crypt(name ? name + 1 : target);
	}
	if (crypt != BLOCK_CRYPT_ENCRYPTED) {
		*ret_crypt = crypt;
		return 0;
	}
	return directory_crypt(root, path, 0, ret_crypt);
}

/* "dev/mapper/NAME": the device whose dm/name is NAME */
static int mapper_find(
	const struct sysroot *root, const char *name, char *path, size_t size, bool *ret_found)
{
	cleanup(sysroot_names_finish) struct sysroot_names devices = {0};
	int r = sysroot_list(root, "sys/class/block", &devices);

	*ret_found = false;
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < devices.len && !*ret_found; i++) {
		cleanup(free_ptr) char *value = NULL;

		if (strncmp(devices.names[i], "dm-", 3) != 0) {
			continue;
		}
		snprintf(path, size, "sys/class/block/%s", devices.names[i]);
		r = value_read(root, path, "dm/name", &value);
		if (r == -ENOMEM) {
			return r;
		}
		*ret_found = r == 0 && strcmp(value, name) == 0;
	}
	return 0;
}

int block_crypt_of_source(
	const struct sysroot *root, const char *source, enum block_crypt *ret_crypt)
{
	static const char mapper[] = "dev/mapper/", dev[] = "dev/";
	char path[PATH_LEN_MAX] = "";
	bool found = false;
	struct stat st;
	int r;

	if (strncmp(source, dev, strlen(dev)) != 0) {
		*ret_crypt = BLOCK_CRYPT_UNKNOWN;
		return 0;
	}
	if (strncmp(source, mapper, strlen(mapper)) == 0) {
		r = mapper_find(root, source + strlen(mapper), path, sizeof(path), &found);
		if (r < 0) {
			return r;
		}
	} else if (!strchr(source + strlen(dev), '/')) {
		found = snprintf(path, sizeof(path), "sys/class/block/%s", source + strlen(dev)) <
				(int)sizeof(path) &&
			sysroot_exists(root, path);
	}
	if (found) {
		const char *name = path + strlen("sys/class/block/");
		enum block_crypt crypt = name_crypt(name);

		if (crypt != BLOCK_CRYPT_ENCRYPTED) {
			*ret_crypt = crypt;
			return 0;
		}
		return directory_crypt(root, path, 0, ret_crypt);
	}
	if (sysroot_stat(root, source, &st) == 0 && S_ISBLK(st.st_mode)) {
		return block_crypt_of_device(root, major(st.st_rdev), minor(st.st_rdev), ret_crypt);
	}
	*ret_crypt = BLOCK_CRYPT_UNKNOWN;
	return 0;
}
