/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's own left-over recordings, one by one, for that person's eyes alone: nothing of this
 * enters a verdict, a report or a log. Only ever read, and deleted, with the person's own rights.
 */
#pragma once

#include "personal.h"
#include "vec.h"

#include <sys/types.h>

#define RECORDINGS_LIST_MAX 4096
#define RECORDINGS_LIST_MS 30000

struct recording {
	char *path; /* absolute, no link in it; owned */
	size_t dir; /* bytes of path that name its directory, without the slash */
	dev_t dev;  /* of the file, to know it again */
	ino_t ino;
	dev_t in_dev; /* of its directory */
	ino_t in_ino;
	int64_t size;	   /* bytes */
	int64_t changed_s; /* wall second */
	uint64_t names;	   /* hard links: it is gone when the last of them is */
	int64_t device;	   /* of its mount, major << 20 | minor; -1: not told */
	unsigned sync;	   /* PERSONAL_SYNC_* */
	bool sealed;	   /* encrypted by itself */
	bool exposed;	   /* other people of this computer may open it */
	bool shared;	   /* this computer offers its folder to others */
	bool thrown;	   /* it lies in the trash */
};

struct recordings {
	VEC(struct recording) rows; /* by path */
	bool unseen;		    /* there may be more */
	bool access_unseen;	    /* who may open them could not be told in full */
};
void recordings_finish(struct recordings *recordings);

#define RECORDINGS_E_HOME 1    /* the home cannot be looked into */
#define RECORDINGS_E_CHANGED 2 /* what lies there now is not what was listed */

/* RECORDINGS_E_HOME; -ENOMEM */
must_check int recordings_list(
	const struct personal_place *place, struct recordings *ret_recordings);
/*
 * That name of it, and where it lies in the trash what the trash says of it, too. No link is
 * followed on the way. RECORDINGS_E_CHANGED when it is another file, or none; -errno
 */
must_check int recordings_delete(
	const struct personal_place *place, const struct recording *recording);
/* The device of a recording's place in the sense of /proc/1/mountinfo */
#define RECORDINGS_MAJOR(device) ((unsigned)((device) >> 20))
#define RECORDINGS_MINOR(device) ((unsigned)(device)&0xfffffU)
