/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of the machine, merged into one callback: inotify for files, nftables and nl80211 and
 * rtnetlink multicast, uevents for block devices, /proc/1/mountinfo and /proc/swaps, AppArmor's
 * revision. Nothing is polled; a source that this machine lacks is left out, and watch_missing says
 * so.
 */
#pragma once

#include "base.h"
#include "loop.h"
#include "sysroot.h"

#define WATCH_FILES_MAX 1024

enum watch_kind {
	WATCH_FILE,
	WATCH_FIREWALL,
	WATCH_WIFI,
	WATCH_BLOCK,
	WATCH_LINK,
	WATCH_ROUTE,
	WATCH_CONFINEMENT,
	WATCH_MEDIA, /* cameras and sound cards come and go */
};

struct watch;
/* token: what watch_add_file was given, NULL for the other kinds */
typedef void (*watch_fn)(enum watch_kind kind, const void *token, void *data);

must_check int watch_new(struct loop *loop, const struct sysroot *root, watch_fn fn, void *data,
	struct watch **ret_watch);
void watch_free(struct watch *watch);
void watch_free_p(struct watch **watch);
/* A file or directory that may not be there yet: its nearest existing parent is watched. Fires on
 * close-after-write, rename onto, creation, removal; not on each write. */
must_check int watch_add_file(struct watch *watch, const char *path, const void *token);
void watch_remove_token(struct watch *watch, const void *token);
/* Turns on one of the other kinds; 0 also when it was on. -EOPNOTSUPP when the machine lacks it. */
must_check int watch_add_kind(struct watch *watch, enum watch_kind kind);
