/* SPDX-License-Identifier: Apache-2.0 */
#include "block-crypt.h"

#include "mount-crypt.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#define DEPTH_MAX 16
#define VALUE_MAX ((size_t)4096)
#define PATH_LEN_MAX 1024
#define CLASS "sys/class/block/"

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

/* What wrote the device-mapper's UUID says what the device does (cryptsetup lib/utils_crypt.h; LVM)
 */
enum mapper_kind {
	MAPPER_NONE,	/* no device of the device-mapper */
	MAPPER_CRYPT,	/* encrypts */
	MAPPER_LAYOUT,	/* only lays other devices out, or proves what they hold */
	MAPPER_UNNAMED, /* sysfs names no target: it may encrypt */
};

static enum mapper_kind mapper_kind_of(const char *uuid)
{
	static const struct {
		const char *prefix;
		enum mapper_kind kind;
	} rows[] = {
		{"CRYPT-BITLK-", MAPPER_CRYPT},
		{"CRYPT-FVAULT2-", MAPPER_CRYPT},
		{"CRYPT-INTEGRITY-", MAPPER_LAYOUT},
		{"CRYPT-LOOPAES-", MAPPER_CRYPT},
		{"CRYPT-LUKS1-", MAPPER_CRYPT},
		{"CRYPT-LUKS2-", MAPPER_CRYPT},
		{"CRYPT-PLAIN-", MAPPER_CRYPT},
		{"CRYPT-SUBDEV-", MAPPER_LAYOUT},
		{"CRYPT-TCRYPT-", MAPPER_CRYPT},
		{"CRYPT-VERITY-", MAPPER_LAYOUT},
		{"DMRAID-", MAPPER_LAYOUT},
		{"LVM-", MAPPER_LAYOUT},
		{"mpath-", MAPPER_LAYOUT},
		{"part", MAPPER_LAYOUT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strncmp(uuid, rows[i].prefix, strlen(rows[i].prefix)) == 0) {
			return rows[i].kind;
		}
	}
	return MAPPER_UNNAMED;
}

static int mapper_look(const struct sysroot *root, const char *dir, enum mapper_kind *ret_kind)
{
	cleanup(free_ptr) char *uuid = NULL;
	int r = value_read(root, dir, "dm/uuid", &uuid);

	if (r == -ENOMEM) {
		return r;
	}
	*ret_kind = r == 0		? mapper_kind_of(uuid)
		    : r == FD_E_MISSING ? MAPPER_NONE
					: MAPPER_UNNAMED;
	return 0;
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

/* A loop device stands on a file: the file's own file system tells. */
static int loop_crypt(
	const struct sysroot *root, const char *dir, unsigned depth, enum block_crypt *ret_crypt)
{
	cleanup(free_ptr) char *backing = NULL;
	int r = value_read(root, dir, "loop/backing_file", &backing);

	if (r == -ENOMEM) {
		return r;
	}
	*ret_crypt = r == FD_E_MISSING ? BLOCK_CRYPT_PLAIN : BLOCK_CRYPT_UNKNOWN;
	return r == 0 && backing[0] == '/'
		       ? mount_crypt_of_file(root, backing + 1, depth + 1, ret_crypt)
		       : 0;
}

static int directory_crypt(
	const struct sysroot *root, const char *dir, unsigned depth, enum block_crypt *ret_crypt)
{
	cleanup(sysroot_names_finish) struct sysroot_names slaves = {0};
	enum mapper_kind kind = MAPPER_NONE;
	char path[PATH_LEN_MAX], whole[PATH_LEN_MAX];
	int r;

	if (depth > DEPTH_MAX ||
		snprintf(path, sizeof(path), "%s/slaves", dir) >= (int)sizeof(path)) {
		*ret_crypt = BLOCK_CRYPT_UNKNOWN;
		return 0;
	}
	/* The kernel shows what is below the whole device, not below each partition of it. */
	if (snprintf(whole, sizeof(whole), "%s/partition", dir) < (int)sizeof(whole) &&
		sysroot_exists(root, whole)) {
		snprintf(whole, sizeof(whole), "%s/..", dir);
		return directory_crypt(root, whole, depth + 1, ret_crypt);
	}
	r = mapper_look(root, dir, &kind);
	if (r < 0) {
		return r;
	}
	if (kind == MAPPER_CRYPT) {
		*ret_crypt = BLOCK_CRYPT_ENCRYPTED;
		return 0;
	}
	r = sysroot_list(root, path, &slaves);
	if (r == -ENOMEM) {
		return r;
	}
	r = slaves.len > 0 ? slaves_crypt(root, dir, &slaves, depth, ret_crypt)
			   : loop_crypt(root, dir, depth, ret_crypt);
	if (r == 0 && kind == MAPPER_UNNAMED && *ret_crypt == BLOCK_CRYPT_PLAIN) {
		*ret_crypt = BLOCK_CRYPT_UNKNOWN;
	}
	return r;
}

int block_crypt_of_device(const struct sysroot *root, unsigned major, unsigned minor,
	unsigned depth, enum block_crypt *ret_crypt)
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
	return directory_crypt(root, path, depth, ret_crypt);
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
		snprintf(path, size, CLASS "%s", devices.names[i]);
		r = value_read(root, path, "dm/name", &value);
		if (r == -ENOMEM) {
			return r;
		}
		*ret_found = r == 0 && strcmp(value, name) == 0;
	}
	return 0;
}

int block_name_of_source(
	const struct sysroot *root, const char *source, char *name, size_t size, bool *ret_found)
{
	static const char mapper[] = "dev/mapper/", dev[] = "dev/";
	char path[PATH_LEN_MAX] = "";
	bool found = false;
	int r = 0;

	*ret_found = false;
	if (strncmp(source, mapper, strlen(mapper)) == 0) {
		r = mapper_find(root, source + strlen(mapper), path, sizeof(path), &found);
	} else if (strncmp(source, dev, strlen(dev)) == 0 && !strchr(source + strlen(dev), '/')) {
		found = snprintf(path, sizeof(path), CLASS "%s", source + strlen(dev)) <
				(int)sizeof(path) &&
			sysroot_exists(root, path);
	}
	if (r == 0 && found) {
		*ret_found = snprintf(name, size, "%s", path + strlen(CLASS)) < (int)size;
	}
	return r;
}

int block_crypt_of_source(
	const struct sysroot *root, const char *source, unsigned depth, enum block_crypt *ret_crypt)
{
	char name[NAME_MAX + 1], path[PATH_LEN_MAX];
	bool found = false;
	struct stat st;
	int r;

	*ret_crypt = BLOCK_CRYPT_UNKNOWN;
	if (strncmp(source, "dev/", 4) != 0) {
		return 0;
	}
	r = block_name_of_source(root, source, name, sizeof(name), &found);
	if (r < 0) {
		return r;
	}
	if (found) {
		*ret_crypt = name_crypt(name);
		snprintf(path, sizeof(path), CLASS "%s", name);
		return *ret_crypt == BLOCK_CRYPT_ENCRYPTED
			       ? directory_crypt(root, path, depth, ret_crypt)
			       : 0;
	}
	if (sysroot_stat(root, source, &st) == 0 && S_ISBLK(st.st_mode)) {
		return block_crypt_of_device(
			root, major(st.st_rdev), minor(st.st_rdev), depth, ret_crypt);
	}
	return 0;
}
