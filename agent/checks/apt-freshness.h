/* SPDX-License-Identifier: Apache-2.0 */
/* How old apt's word is, and what it means when there is none. */
#pragma once

#include "apt-index.h"
#include "check.h"

/* The verdict for each outcome of apt_index_read */
int apt_index_explain(int outcome, struct verdict *v);

struct apt_freshness {
	enum posture_reason reason; /* index-fresh, index-stale, index-expired, clock-not-trusted */
	int64_t oldest_s;	    /* age of the oldest */
	int64_t due_s;		    /* when it stops to be fresh */
	size_t n;		    /* archives that were asked */
};
/* Security archives alone are asked, or where there are none, those of makers. */
struct apt_freshness apt_index_judge(const struct apt_index *index, const struct check_ctx *ctx);
