/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of media*.c alone. */
#pragma once

#include "media-holders.h"
#include "media-program.h"
#include "media.h"
#include "node-watch.h"
#include "vec.h"
#include "watch.h"

/* A worker that is listening for us */
struct media_wanted {
	uid_t uid;
	uint64_t daemons; /* of which daemons of theirs, as daemons_of has it */
};

/* A process that had a camera, and what it was then */
struct media_recent {
	pid_t pid;
	struct media_program program;
};

struct media {
	struct media_setup setup;
	struct media_nodes nodes;
	struct watch *watch;
	struct node_watch *node_watch;
	struct loop_source *reread, *scan;
	int64_t reread_ms, scan_ms; /* distance of the next */
	int64_t scanned_ms;	    /* boot clock of the last look at all; 0: never */
	bool scan_waits;
	VEC(struct media_use) uses;
	VEC(struct media_streams) streams;
	VEC(struct media_wanted) wanted;
	struct media_recent recent[MEDIA_RECENT_MAX];
	size_t n_recent;
	uint64_t has_switch, dark; /* nodes, by bit */
	uint64_t unwatched;	   /* of these no open is told */
	uint64_t unexplained;	   /* opened, not closed since, and nobody was found */
	bool scan_wanted;	   /* once what an event brought is told */
	bool blind;		   /* not every process could be looked at */
	struct media_view view;
	bool begun;
	bool telling; /* workers are being told: what they answer comes afterwards */
};

/* media-look.c: who has the nodes open */
enum media_look_how {
	MEDIA_LOOK_KNOWN = 0,	    /* those who have one, and those who had one before */
	MEDIA_LOOK_NEWEST = 1 << 0, /* where nobody new was found: those started last, too */
	/*
	 * The same, and no further than to the first who is new, nor whether that one has its
	 * memory mapped: an open waits for its verdict. Who is still the same program is of the
	 * kind that it was. All this is seen when the holders are read again.
	 */
	MEDIA_LOOK_HASTY = 1 << 1,
	/*
	 * Everybody: of nodes whose open nothing explained the memory as well, since its
	 * descriptor may be closed while that is mapped.
	 */
	MEDIA_LOOK_ALL = 1 << 2,
};
/* how: of enum media_look_how. *ret_explained: somebody new was found. */
must_check int media_look_cameras(struct media *media, unsigned how, bool *ret_explained);
must_check int media_look_sound(struct media *media);

/* media-listen.c */
/* reported: any camera or microphone, whichever device is named */
bool media_is_used(const struct media *media, enum media_device device, bool reported);
/* Tells those workers that are wanted, and those that are no longer. -ENOMEM */
must_check int media_listen(struct media *media);

/* media.c: from what was found to the view. same: of the same devices as before */
must_check int media_conclude(struct media *media, bool same);
