/* SPDX-License-Identifier: Apache-2.0 */
#include "switch-acts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define PATH_LEN 256
#define AWAY "dev/" SWITCHES_AWAY

/* Below a folder of sysfs; its files are written whole, and have no content to lose. */
static int write_to(
	const struct sysroot *root, const char *folder, const char *name, const char *text)
{
	cleanup(fd_close) int dirfd = -1;
	cleanup(fd_close) int fd = -1;
	size_t len = strlen(text);
	int r = sysroot_open_dir(root, folder, &dirfd);

	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	fd = openat(dirfd, name, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return -errno;
	}
	return write(fd, text, len) == (ssize_t)len ? 0 : -errno;
}

static int usb_set(const struct sysroot *root, const struct switches_part *part, const char *value)
{
	char folder[PATH_LEN];

	(void)snprintf(folder, sizeof(folder), "sys/bus/usb/devices/%s", part->name);
	return write_to(root, folder, "authorized", value);
}

static int driver_set(const struct sysroot *root, const struct switches_part *part, const char *act)
{
	char folder[PATH_LEN];

	(void)snprintf(folder, sizeof(folder), "sys/bus/%s/drivers/%s", part->bus, part->driver);
	return write_to(root, folder, act, part->name);
}

static const char *node_folder(const struct switches_part *part)
{
	return part->what == SWITCHES_MICROPHONE ? "dev/snd" : "dev";
}

static const char *node_class(const struct switches_part *part)
{
	return part->what == SWITCHES_MICROPHONE ? "sound" : "video4linux";
}

/* The folder where nodes are away, root's alone, made when make is set. fd or -errno */
static int open_away(const struct sysroot *root, bool make)
{
	cleanup(fd_close) int dev = -1;
	cleanup(fd_close) int fd = -1;
	struct stat st;
	int r = sysroot_open_dir(root, "dev", &dev);

	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	if (make && mkdirat(dev, SWITCHES_AWAY, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	fd = fd_open_dir(dev, SWITCHES_AWAY);
	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	return st.st_uid != geteuid() || (st.st_mode & 077) != 0 ? -EPERM : TAKE_FD(fd);
}

/* What is open stays open; nothing of it changes, so that it comes back as it was. */
static int node_away(const struct sysroot *root, const struct switches_part *part)
{
	cleanup(fd_close) int away = open_away(root, true);
	cleanup(fd_close) int folder = -1;
	int r = away < 0 ? away : sysroot_open_dir(root, node_folder(part), &folder);

	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	return renameat(folder, part->name, away, part->name) < 0 ? -errno : 0;
}

/* Whether the node is still that of the device: a number may have gone to another one since. */
static bool node_fits(const struct sysroot *root, const struct switches_part *part, int away)
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_LEN], own[32];
	struct stat st;
	size_t len;

	(void)snprintf(path, sizeof(path), "sys/class/%s/%s/dev", node_class(part), part->name);
	if (fstatat(away, part->name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		sysroot_read(root, path, sizeof(own), &text, &len) != 0) {
		return false;
	}
	(void)snprintf(own, sizeof(own), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return strncmp(text, own, strcspn(text, "\n")) == 0 && own[strcspn(text, "\n")] == '\0';
}

/* udev gives it the owner, mode and list of access of whoever sits at the device by now. */
static void node_announce(const struct sysroot *root, const struct switches_part *part)
{
	char path[PATH_LEN];

	(void)snprintf(path, sizeof(path), "sys/class/%s/%s", node_class(part), part->name);
	(void)!write_to(root, path, "uevent", "change");
}

static int node_back(const struct sysroot *root, const struct switches_part *part)
{
	cleanup(fd_close) int away = open_away(root, false);
	cleanup(fd_close) int folder = -1;
	int r = away < 0 ? away : sysroot_open_dir(root, node_folder(part), &folder);

	if (r != 0) {
		return r == -ENOENT || r > 0 ? 0 : r;
	}
	if (!node_fits(root, part, away)) {
		return unlinkat(away, part->name, 0) < 0 && errno != ENOENT ? -errno : 0;
	}
	if (renameat2(away, part->name, folder, part->name, RENAME_NOREPLACE) < 0) {
		return errno == EEXIST ? unlinkat(away, part->name, 0) : -errno;
	}
	node_announce(root, part);
	return 0;
}

int switch_part_off(const struct sysroot *root, const struct switches_part *part)
{
	switch (part->way) {
	case SWITCHES_USB:
		return usb_set(root, part, "0");
	case SWITCHES_DRIVER:
		return driver_set(root, part, "unbind");
	case SWITCHES_NODE:
		return node_away(root, part);
	case SWITCHES_NO_WAY:
		break;
	}
	return -EOPNOTSUPP;
}

int switch_part_on(const struct sysroot *root, const struct switches_part *part)
{
	int r = -EOPNOTSUPP;

	switch (part->way) {
	case SWITCHES_USB:
		r = usb_set(root, part, "1");
		break;
	case SWITCHES_DRIVER:
		r = driver_set(root, part, "bind");
		break;
	case SWITCHES_NODE:
		r = node_back(root, part);
		break;
	case SWITCHES_NO_WAY:
		break;
	}
	/* EBUSY: its driver has it already; ENODEV: the device is no more */
	return r == -ENOENT || r == -ENODEV || r == -EBUSY ? 0 : r;
}

void switch_part_forget(const struct sysroot *root, const struct switches_part *part)
{
	cleanup(fd_close) int away = -1;

	if (part->way == SWITCHES_NODE) {
		away = open_away(root, false);
		(void)(away < 0 || unlinkat(away, part->name, 0));
	}
}

int switch_part_probe(const struct sysroot *root, const struct switches_part *part)
{
	int r = part->way == SWITCHES_USB
			? write_to(root, "sys/bus/usb", "drivers_probe", part->name)
			: 0;

	/* nobody may want it, or somebody has it already (drivers/base/bus.c) */
	return r == -ENOMEM ? r : 0;
}
