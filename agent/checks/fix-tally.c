/* SPDX-License-Identifier: Apache-2.0 */
#include "fix-tally.h"

#define MAX_AGE_DAYS_DEFAULT 14

void fix_tally_init(struct fix_tally *tally, const struct check_ctx *ctx)
{
	*tally = (struct fix_tally){
		.now = ctx->now.wall_s,
		.limit = CLOCK_DAY_S * policy_control_number(ctx->policy, "patch.security-updates",
					       "max_age_days", MAX_AGE_DAYS_DEFAULT),
		.oldest = INT64_MAX,
		.next = INT64_MAX,
	};
}

void fix_tally_add(struct fix_tally *tally, bool held, const struct first_seen_age *age)
{
	tally->pending++;
	tally->held += held;
	if (age->listed < tally->oldest) {
		tally->oldest = age->listed;
	}
	if (tally->now - age->listed > tally->limit) {
		tally->overdue += !held;
		tally->held_overdue += held;
		return;
	}
	if (age->listed + tally->limit + 1 < tally->next) {
		tally->next = age->listed + tally->limit + 1;
	}
	if (age->absent == 0 || tally->now - age->absent > tally->limit) {
		tally->unproved++;
	}
}

static const char *count_band(size_t n)
{
	return n == 0 ? "0" : n <= 5 ? "1-5" : "6+";
}

void fix_tally_note(const struct fix_tally *tally, struct verdict *v)
{
	verdict_note(v, "pending", "%zu", tally->pending);
	verdict_note(v, "band", "%s", count_band(tally->pending));
	if (tally->held > 0) {
		verdict_note(v, "held", "%zu", tally->held);
	}
	if (tally->pending > 0) {
		verdict_note(v, "oldest-days", "%lld",
			(long long)((tally->now - tally->oldest) / CLOCK_DAY_S));
	}
}

/*
 * An old list can hide further fixes, but those it shows are missing for certain: so a fix proved
 * overdue fails before the list's own age is asked.
 */
int fix_tally_judge(const struct fix_tally *tally, bool fresh, int64_t due_s, struct verdict *v)
{
	if (tally->overdue > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIX_OVERDUE);
	}
	if (tally->held_overdue > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIX_HELD);
	}
	if (!fresh) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_STALE);
	}
	v->due_s = tally->next < due_s ? tally->next : due_s;
	if (tally->unproved > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_AGE_NOT_KNOWN);
	}
	return verdict_set(
		v, POSTURE_PASS, tally->pending > 0 ? POSTURE_FIX_RECENT : POSTURE_UP_TO_DATE);
}
