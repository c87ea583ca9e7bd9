/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk through the few folders where recordings are left, which opens nothing but directories and
 * keeps nothing but numbers. Each level knows what holds for all that lies in it: whether others
 * get there, whether it is encrypted of itself, shared, or copied to a cloud.
 */
#pragma once

#include "mount-table.h"
#include "recordings-access.h"
#include "recordings-name.h"
#include "recordings-share.h"

/* Of one look at an account: names seen, levels below the home, seconds */
#define RECORDINGS_NAMES_MAX 65536
#define RECORDINGS_LEVELS_MAX 16
#define RECORDINGS_LOOK_MS 3000
#define RECORDINGS_COUNT_MAX 9999
#define RECORDINGS_DEVICES 3

/* Bits of what a folder is copied by; PERSONAL_SYNC_* of personal.h */
struct recordings_level {
	int fd;
	bool open;   /* others may get this far */
	bool sealed; /* fscrypt (fscrypt.rst) */
	bool shared;
	unsigned sync;
};

struct recordings_tally {
	size_t count, sealed, exposed, shared;
	unsigned sync; /* of any of them */
	int64_t newest_s, oldest_s;
	int64_t devices[RECORDINGS_DEVICES]; /* major << 20 | minor, of those not sealed */
	size_t n_devices;
	bool devices_more, device_unseen;
	bool unseen; /* something that had to be looked at was not */
};

/* One recording, told while it is walked past; pointers live as long as the call. */
struct recordings_seen {
	int dir; /* the directory that holds it */
	const char *name;
	const struct stat *st;
	int64_t device; /* as in the tally; -1: not seen, or sealed */
	unsigned sync;
	bool sealed, exposed, shared;
	bool thrown; /* into the trash */
};
/* 0, or a negative errno that ends the walk */
typedef int (*recordings_seen_fn)(const struct recordings_seen *seen, void *data);

struct recordings_walk {
	const struct sysroot *root;
	struct recordings_access access;
	struct recordings_shares shares;
	struct mount_table mounts;
	bool mounts_read;
	struct stat onedrive; /* the folder of OneDrive's client; st_ino 0: there is none */
	size_t names;	      /* seen so far */
	int64_t until_ms;
	recordings_seen_fn seen; /* NULL: only counted */
	void *data;
	bool thrown; /* what is walked now is the trash */
	struct recordings_tally tally;
};
void recordings_walk_finish(struct recordings_walk *walk);

/* All of these: only -ENOMEM is an error; what cannot be seen is noted in the tally. */

/* The first level: takes the fd. Levels above it count for shares alone. */
must_check int recordings_level_top(
	struct recordings_walk *walk, int fd, struct recordings_level *ret_level);
/* Down a path without leading slash; *ret_there is false when there is no such folder. */
must_check int recordings_level_enter(struct recordings_walk *walk,
	const struct recordings_level *top, const char *path, bool *ret_there,
	struct recordings_level *ret_level);
void recordings_level_leave(struct recordings_level *level);
/* Counts what lies there, down to so many levels below it */
must_check int recordings_walk_level(struct recordings_walk *walk,
	const struct recordings_level *level, enum recordings_look look, unsigned depth);
/* Counts that one name of the level, judged as if it were called so; a folder down to depth */
must_check int recordings_walk_name(struct recordings_walk *walk,
	const struct recordings_level *level, const char *name, const char *called,
	enum recordings_look look, unsigned depth);
