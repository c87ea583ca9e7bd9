/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security fixes that a device lacks, counted by how long it has lacked them, and the verdict of
 * patch.security-updates on that; whichever package manager tells of them.
 */
#pragma once

#include "check.h"
#include "first-seen.h"

struct fix_tally {
	int64_t now;   /* wall second */
	int64_t limit; /* seconds that a fix may wait */
	size_t pending;
	size_t held;	     /* of the pending ones */
	size_t overdue;	     /* proved older than allowed, not held */
	size_t held_overdue; /* the same, held */
	size_t unproved;     /* neither proved older nor proved younger */
	int64_t oldest;	     /* when the oldest was listed at the latest */
	int64_t next;	     /* when the next one becomes overdue */
};

/* With the policy's limit for patch.security-updates */
void fix_tally_init(struct fix_tally *tally, const struct check_ctx *ctx);
void fix_tally_add(struct fix_tally *tally, bool held, const struct first_seen_age *age);
/* Evidence: counts and the oldest one's age */
void fix_tally_note(const struct fix_tally *tally, struct verdict *v);
/* fresh: what told of the fixes is recent, and will be until due_s. */
int fix_tally_judge(const struct fix_tally *tally, bool fresh, int64_t due_s, struct verdict *v);
