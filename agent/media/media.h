/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Follows the cameras and microphones of this machine: udev tells which there are, inotify tells of
 * opens and closes, and who it is is looked up then. Nothing runs while all are closed.
 *
 * Who opened is found without a list of all processes where that can be: first those who were seen
 * with a camera before, then those who were started last. A look at all of them happens at most
 * once for a burst of opens, and ever more rarely while bursts go on. That a stream starts
 * announces nothing, so while a node is held its holders alone are read again, at growing distance.
 */
#pragma once

#include "loop.h"
#include "media-join.h"

/* Reads of a held node begin at this distance, and double up to the other. */
#define MEDIA_REREAD_MIN_MS 50
/* An open is told a moment before its descriptor is there: looked for again after this, and so on.
 */
#define MEDIA_RETRY_MS 5
#define MEDIA_REREAD_MAX_MS 15000
/* Looks at all processes, in the same way */
#define MEDIA_SCAN_MIN_MS 1000
#define MEDIA_SCAN_MAX_MS 60000
#define MEDIA_RECENT_MAX 16 /* processes that are looked at first */

struct media;

struct media_setup {
	struct loop *loop;
	const struct sysroot *root; /* borrowed */
	int proc;		    /* directory fd of /proc, borrowed */
	/* The view is another one. Its first error ends the loop. */
	int (*changed)(void *data);
	/* Whether that person's worker is to tell of streams (media_take_streams). */
	void (*listen)(uid_t uid, bool on, void *data);
	void *data;
};

/* The first look is done within. changed and listen are not called before it returns. */
must_check int media_new(const struct media_setup *setup, struct media **ret_media);
void media_free(struct media *media);
void media_free_p(struct media **media);

const struct media_view *media_get(const struct media *media);
/*
 * Looks again at everything; at all processes no more often than once in MEDIA_SCAN_MIN_MS: what it
 * then finds is told as a change.
 */
must_check int media_look(struct media *media);

/* What a worker says of its person's streams, who is streams->uid. */
must_check int media_take_streams(struct media *media, const struct media_streams *streams);
/* That worker is gone, and what it said holds no longer. */
must_check int media_forget_streams(struct media *media, uid_t uid);
/* Whether that worker is wanted now */
bool media_wants(const struct media *media, uid_t uid);
