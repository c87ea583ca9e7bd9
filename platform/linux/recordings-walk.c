/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-walk.h"
#include "clock.h"
#include "homefiles.h"
#include "personal.h"
#include "recordings-sync.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MINOR_BITS 20 /* include/linux/kdev_t.h */
#define NAMES_PER_CLOCK 256

void recordings_walk_finish(struct recordings_walk *walk)
{
	recordings_access_finish(&walk->access);
	mount_table_finish(&walk->mounts);
}

/* This process's own mounts: a path that it holds is one of its own namespace. */
static int mounts_read(struct recordings_walk *walk)
{
	char *text = NULL;
	size_t len = 0;
	int r;

	if (walk->mounts_read) {
		return 0;
	}
	walk->mounts_read = true;
	r = sysroot_read(walk->root, "proc/self/mountinfo", MOUNT_TABLE_BYTES_MAX, &text, &len);
	if (r == 0) {
		r = mount_table_parse(text, len, &walk->mounts);
	}
	return r == -ENOMEM ? r : 0;
}

/* Where an open directory is, below the root; false when that cannot be told */
static bool path_of(const struct sysroot *root, int fd, char *buf, size_t size)
{
	char link[32], top[PATH_MAX];
	ssize_t top_len, len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root->fd);
	top_len = readlink(link, top, sizeof(top) - 1);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, buf, size - 1);
	if (top_len <= 0 || len <= 0 || (size_t)len == size - 1) {
		return false;
	}
	buf[len] = '\0';
	top_len = top[top_len - 1] == '/' ? top_len - 1 : top_len;
	if (len < top_len || memcmp(buf, top, (size_t)top_len) != 0) {
		return false;
	}
	memmove(buf, buf + top_len, (size_t)(len - top_len) + 1);
	if (buf[0] == '/') {
		memmove(buf, buf + 1, strlen(buf));
	}
	return true;
}

static void device_add(struct recordings_tally *tally, int64_t device)
{
	for (size_t i = 0; i < tally->n_devices; i++) {
		if (tally->devices[i] == device) {
			return;
		}
	}
	if (tally->n_devices == RECORDINGS_DEVICES) {
		tally->devices_more = true;
		return;
	}
	tally->devices[tally->n_devices++] = device;
}

/*
 * What the mount says of a directory that holds a recording. Its device number comes from there,
 * not from stat(2): btrfs gives each subvolume a number of its own that no device has.
 */
static int mount_look(struct recordings_walk *walk, const struct recordings_level *level,
	unsigned *ret_sync, int64_t *ret_device)
{
	const struct mount *mount = NULL;
	char path[PATH_MAX];
	int r = mounts_read(walk);

	if (r < 0) {
		return r;
	}
	if (path_of(walk->root, level->fd, path, sizeof(path))) {
		mount = mount_table_find(&walk->mounts, path);
	}
	*ret_device = -1;
	*ret_sync = mount ? recordings_sync_of_fstype(mount->fstype) : PERSONAL_SYNC_UNKNOWN;
	if (level->sealed) {
		return 0;
	}
	if (!mount) {
		walk->tally.device_unseen = true;
	} else {
		*ret_device = (int64_t)mount->major << MINOR_BITS | mount->minor;
		device_add(&walk->tally, *ret_device);
	}
	return 0;
}

struct visit {
	struct recordings_walk *walk;
	const struct recordings_level *level;
	enum recordings_look look;
	bool mount_seen;
	unsigned sync;	/* of the mount */
	int64_t device; /* -1: not seen, or it does not matter */
};

static int recording_tell(
	const struct visit *visit, const char *name, const struct stat *st, bool exposed)
{
	const struct recordings_level *level = visit->level;
	const struct recordings_seen seen = {
		.dir = level->fd,
		.name = name,
		.st = st,
		.device = visit->device,
		.sync = level->sync | visit->sync,
		.sealed = level->sealed,
		.exposed = exposed,
		.shared = level->shared,
		.thrown = visit->walk->thrown,
	};

	return visit->walk->seen ? visit->walk->seen(&seen, visit->walk->data) : 0;
}

static int recording_count(struct visit *visit, const char *name, const struct stat *st)
{
	struct recordings_tally *tally = &visit->walk->tally;
	const struct recordings_level *level = visit->level;
	bool others = false;
	int r = 0;

	if (!visit->mount_seen) {
		r = mount_look(visit->walk, level, &visit->sync, &visit->device);
		visit->mount_seen = true;
	}
	if (r == 0 && level->open) {
		r = recordings_access_others(
			&visit->walk->access, level->fd, name, st, RECORDINGS_ACCESS_READ, &others);
	}
	if (r < 0 || tally->count == RECORDINGS_COUNT_MAX) {
		return r;
	}
	if (tally->count == 0 || st->st_mtime > tally->newest_s) {
		tally->newest_s = st->st_mtime;
	}
	if (tally->count == 0 || st->st_mtime < tally->oldest_s) {
		tally->oldest_s = st->st_mtime;
	}
	tally->count++;
	tally->sealed += level->sealed;
	tally->exposed += others;
	tally->shared += level->shared;
	tally->sync |= level->sync | visit->sync;
	return recording_tell(visit, name, st, others);
}

/* Of a folder of all kinds only the one for recordings is looked into. */
static bool enters(const struct visit *visit, const char *name, unsigned depth)
{
	return visit->look != RECORDINGS_LOOK_DATED ||
	       (depth > 0 && recordings_name_screencasts(span_z(name)));
}

static int below_visit(struct visit *visit, const char *name, unsigned depth)
{
	struct recordings_level below;
	bool there = false;
	int r;

	if (depth == 0) {
		visit->walk->tally.unseen = true;
		return 0;
	}
	r = recordings_level_enter(visit->walk, visit->level, name, &there, &below);
	if (r < 0 || !there) {
		return r;
	}
	r = recordings_walk_level(visit->walk, &below,
		visit->look == RECORDINGS_LOOK_DATED ? RECORDINGS_LOOK_MEDIA : visit->look,
		depth - 1);
	recordings_level_leave(&below);
	return r;
}

/* called: the name that it is judged by; kind: DT_* */
static int name_visit(struct visit *visit, const char *name, const char *called, unsigned char kind,
	unsigned depth)
{
	bool matches = recordings_name_matches(span_z(called), visit->look);
	bool enter = enters(visit, called, depth);
	struct stat st;

	if (!matches && (!enter || (kind != DT_DIR && kind != DT_LNK && kind != DT_UNKNOWN))) {
		return 0;
	}
	if (fstatat(visit->level->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return 0; /* gone meanwhile */
	}
	if (S_ISDIR(st.st_mode)) {
		return enter ? below_visit(visit, name, depth) : 0;
	}
	if (S_ISLNK(st.st_mode) && enter && visit->look == RECORDINGS_LOOK_DATED) {
		visit->walk->tally.unseen = true; /* where it leads is not looked at */
	}
	return matches && S_ISREG(st.st_mode) ? recording_count(visit, name, &st) : 0;
}

static bool spent(struct recordings_walk *walk)
{
	walk->names++;
	return walk->names > RECORDINGS_NAMES_MAX ||
	       (walk->names % NAMES_PER_CLOCK == 0 && clock_read().boot_ms > walk->until_ms);
}

int recordings_walk_level(struct recordings_walk *walk, const struct recordings_level *level,
	enum recordings_look look, unsigned depth)
{
	struct visit visit = {.walk = walk, .level = level, .look = look};
	int fd = openat(level->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	int r = 0;

	if (!stream) {
		fd_close(&fd);
		walk->tally.unseen = true;
		return 0;
	}
	while (r == 0) {
		errno = 0;
		entry = readdir(stream);
		if (!entry || spent(walk)) {
			walk->tally.unseen = walk->tally.unseen || entry || errno != 0;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			r = name_visit(&visit, entry->d_name, entry->d_name, entry->d_type, depth);
		}
	}
	closedir(stream);
	return r;
}

int recordings_walk_name(struct recordings_walk *walk, const struct recordings_level *level,
	const char *name, const char *called, enum recordings_look look, unsigned depth)
{
	struct visit visit = {.walk = walk, .level = level, .look = look};

	if (spent(walk)) {
		walk->tally.unseen = true;
		return 0;
	}
	return name_visit(&visit, name, called, DT_UNKNOWN, depth);
}
