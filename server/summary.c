/* SPDX-License-Identifier: Apache-2.0 */
#include "summary.h"

#include "batch.h"

#include <stdio.h>

#define RANK_NONE 9 /* of a control that no policy names */

static int add_failing(
	struct summary *summary, struct store *store, enum policy_ownership owner, const char *id)
{
	int64_t rank = RANK_NONE;
	int r = batch_rank(store->batch, store, owner, id, &rank);

	if (r != 0) {
		return r;
	}
	if (summary->failing++ == 0 || rank < summary->rank) {
		summary->rank = rank;
		snprintf(summary->worst, sizeof(summary->worst), "%s", id);
	}
	return 0;
}

int summary_add(struct summary *summary, struct store *store, enum policy_ownership owner,
	const char *id, enum posture_state state)
{
	switch (state) {
	case POSTURE_PASS:
	case POSTURE_EXEMPT:
		summary->passing++;
		return 0;
	case POSTURE_FAIL:
		return add_failing(summary, store, owner, id);
	case POSTURE_UNKNOWN:
	case POSTURE_ERROR:
		summary->unknown++;
		return 0;
	case POSTURE_NA:
		return 0;
	}
	return -EINVAL;
}

/* One on which nothing applies was judged in nothing: that is no pass. */
const char *summary_posture(const struct summary *summary)
{
	if (summary->failing > 0) {
		return "failing";
	}
	return summary->unknown > 0 || summary->passing == 0 ? "unknown" : "passing";
}
