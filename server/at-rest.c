/* SPDX-License-Identifier: Apache-2.0 */
#include "at-rest.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fscrypt.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define BLOCK "/sys/dev/block"
#define CRYPT "CRYPT-"
#define NAME_LEN 32
#define UUID_MAX 256
/* linux/magic.h has these; what lies in memory is written to no disk but by swapping */
#define EXT4 0xef53
#define XFS 0x58465342
#define F2FS 0xf2f52010

static bool read_small(int dirfd, const char *name, char *buf, size_t size)
{
	cleanup(fd_close) int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n < 0) {
		return false;
	}
	buf[n] = 0;
	return true;
}

static bool read_number(const char *text, unsigned *ret_major, unsigned *ret_minor)
{
	return sscanf(text, "%u:%u", ret_major, ret_minor) == 2;
}

struct part {
	unsigned major, minor;
};

/* The devices that this one lies on; 0 when it lies on none. */
static int read_parts(int devicefd, struct part *parts)
{
	int fd = openat(devicefd, "slaves", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int n = 0;

	if (!dir) {
		fd_close(&fd);
		return errno == ENOENT ? 0 : -EIO;
	}
	while (n >= 0 && (entry = readdir(dir))) {
		char name[NAME_LEN + sizeof(entry->d_name)], number[NAME_LEN];

		if (entry->d_name[0] == '.') {
			continue;
		}
		snprintf(name, sizeof(name), "%s/dev", entry->d_name);
		if (n == AT_REST_PARTS_MAX || !read_small(dirfd(dir), name, number, NAME_LEN) ||
			!read_number(number, &parts[n].major, &parts[n].minor)) {
			n = -EIO;
		} else {
			n++;
		}
	}
	(void)closedir(dir);
	return n;
}

/* Encrypted where all parts are: one that is plain makes the whole plain. */
static enum at_rest judge(int blockfd, unsigned major, unsigned minor, int depth)
{
	struct part parts[AT_REST_PARTS_MAX];
	char name[NAME_LEN], uuid[UUID_MAX];
	enum at_rest worst = AT_REST_ENCRYPTED;
	int n;

	snprintf(name, sizeof(name), "%u:%u", major, minor);
	cleanup(fd_close) int fd = openat(blockfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || depth == AT_REST_DEPTH_MAX) {
		return AT_REST_UNSEEN;
	}
	if (read_small(fd, "dm/uuid", uuid, sizeof(uuid)) &&
		strncmp(uuid, CRYPT, strlen(CRYPT)) == 0) {
		return AT_REST_ENCRYPTED;
	}
	n = read_parts(fd, parts);
	if (n <= 0) {
		return n == 0 ? AT_REST_PLAIN : AT_REST_UNSEEN;
	}
	for (int i = 0; i < n; i++) {
		enum at_rest one = judge(blockfd, parts[i].major, parts[i].minor, depth + 1);

		if (one == AT_REST_PLAIN || worst == AT_REST_ENCRYPTED) {
			worst = one;
		}
	}
	return worst;
}

enum at_rest at_rest_of_device(int blockfd, unsigned major, unsigned minor)
{
	return judge(blockfd, major, minor, 0);
}

/* Of these alone st_dev is the device itself; of others (btrfs, overlay, ZFS) it is made up. */
static bool lies_on_device(int dirfd)
{
	struct statfs fs;

	return fstatfs(dirfd, &fs) == 0 &&
	       ((unsigned)fs.f_type == EXT4 || (unsigned)fs.f_type == XFS ||
		       (unsigned)fs.f_type == F2FS);
}

enum at_rest at_rest_of(int dirfd)
{
	struct fscrypt_get_policy_ex_arg policy = {.policy_size = sizeof(policy.policy)};
	struct stat st;

	if (ioctl(dirfd, FS_IOC_GET_ENCRYPTION_POLICY_EX, &policy) == 0) {
		return AT_REST_ENCRYPTED;
	}
	if (!lies_on_device(dirfd) || fstat(dirfd, &st) < 0) {
		return AT_REST_UNSEEN;
	}
	cleanup(fd_close) int blockfd = open(BLOCK, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return blockfd < 0 ? AT_REST_UNSEEN
			   : at_rest_of_device(blockfd, major(st.st_dev), minor(st.st_dev));
}
