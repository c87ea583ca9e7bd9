/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of media*.c alone. */
#pragma once

#include "media-holders.h"
#include "media.h"
#include "node-watch.h"
#include "vec.h"
#include "watch.h"

/* A worker that is listening for us */
struct media_wanted {
	uid_t uid;
	uint64_t daemons; /* of which daemons of theirs, as daemons_of has it */
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
	pid_t recent[MEDIA_RECENT_MAX];
	size_t n_recent;
	uint64_t has_switch, dark; /* nodes, by bit */
	uint64_t unwatched;	   /* of these no open is told */
	uint64_t unexplained;	   /* opened, not closed since, and nobody was found */
	bool blind;		   /* not every process could be looked at */
	struct media_view view;
	bool begun;
	bool telling; /* workers are being told: what they answer comes afterwards */
};

/* media-look.c: who has the nodes open */
/*
 * Everybody that is known, and for an open that this does not explain those started last and, where
 * all is true, everybody: of nodes whose open nothing explained the memory as well, since its
 * descriptor may be closed while that is mapped. *ret_explained: somebody new was found.
 */
must_check int media_look_cameras(struct media *media, bool opened, bool all, bool *ret_explained);
must_check int media_look_sound(struct media *media);

/* media-listen.c */
/* reported: any camera or microphone, whichever device is named */
bool media_is_used(const struct media *media, enum media_device device, bool reported);
/* Tells those workers that are wanted, and those that are no longer. -ENOMEM */
must_check int media_listen(struct media *media);

/* media.c: from what was found to the view. same: of the same devices as before */
must_check int media_conclude(struct media *media, bool same);
