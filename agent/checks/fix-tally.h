/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security fixes that a device lacks, counted by how long it has lacked them, and the verdict of
 * patch.security-updates on that; whichever package manager tells of them.
 */
#pragma once

#include "check.h"
#include "first-seen.h"

/* What is between a package and the fix that it lacks */
enum fix_way {
	FIX_WAY_OPEN,	   /* nothing: the next upgrade brings it */
	FIX_WAY_HELD,	   /* the package is on hold */
	FIX_WAY_PINNED,	   /* a setting makes the manager take no version that has it */
	FIX_WAY_PHASED,	   /* its archive gives it to other machines first */
	FIX_WAY_UNMARKED,  /* nothing; but nobody says of the update that it is a fix */
	FIX_WAY_ELSEWHERE, /* the package follows another maker's archive: it is no fix for it */
};
#define FIX_WAY_COUNT 6

struct fix_tally {
	int64_t now;   /* wall second */
	int64_t limit; /* seconds that a fix may wait */
	size_t pending;
	size_t of[FIX_WAY_COUNT];      /* of the pending ones */
	size_t overdue[FIX_WAY_COUNT]; /* of those, proved older than allowed */
	size_t unproved;	       /* neither proved older nor proved younger */
	int64_t oldest;		       /* when the oldest was listed at the latest */
	int64_t next;		       /* when the next one becomes overdue */
	size_t apps;		       /* of the pending ones, flatpaks and snaps */
	enum posture_reason doubt;     /* why there may be more than these; none: there are not */
};

/* With the policy's limit for patch.security-updates */
void fix_tally_init(struct fix_tally *tally, const struct check_ctx *ctx);
/* Never FIX_WAY_ELSEWHERE. What is phased is not for this machine yet: it has not waited. */
void fix_tally_add(struct fix_tally *tally, enum fix_way way, const struct first_seen_age *age);
/* Evidence: counts and the oldest one's age */
void fix_tally_note(const struct fix_tally *tally, struct verdict *v);
/* fresh: what told of the fixes is recent, and will be until due_s. */
int fix_tally_judge(const struct fix_tally *tally, bool fresh, int64_t due_s, struct verdict *v);
