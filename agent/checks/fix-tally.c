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

void fix_tally_add(struct fix_tally *tally, enum fix_way way, const struct first_seen_age *age)
{
	tally->pending++;
	tally->of[way]++;
	if (way == FIX_WAY_PHASED) {
		return;
	}
	if (age->listed < tally->oldest) {
		tally->oldest = age->listed;
	}
	if (tally->now - age->listed > tally->limit) {
		tally->overdue[way]++;
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
	static const char *const words[FIX_WAY_COUNT] = {
		[FIX_WAY_HELD] = "held",
		[FIX_WAY_PINNED] = "pinned",
		[FIX_WAY_PHASED] = "phased",
		[FIX_WAY_UNMARKED] = "unmarked",
	};

	verdict_note(v, "pending", "%zu", tally->pending);
	verdict_note(v, "band", "%s", count_band(tally->pending));
	if (tally->apps > 0) {
		verdict_note(v, "apps-pending", "%zu", tally->apps);
	}
	for (size_t i = 0; i < FIX_WAY_COUNT; i++) {
		if (words[i] && tally->of[i] > 0) {
			verdict_note(v, words[i], "%zu", tally->of[i]);
		}
	}
	if (tally->oldest != INT64_MAX) {
		verdict_note(v, "oldest-days", "%lld",
			(long long)((tally->now - tally->oldest) / CLOCK_DAY_S));
	}
}

/* What is in the way says what to do, so it is the reason; the most usual one comes first. */
static enum posture_reason overdue_reason(const struct fix_tally *tally)
{
	static const struct {
		enum fix_way way;
		enum posture_reason reason;
	} rows[] = {
		{FIX_WAY_OPEN, POSTURE_FIX_OVERDUE},
		{FIX_WAY_UNMARKED, POSTURE_FIX_UNMARKED},
		{FIX_WAY_HELD, POSTURE_FIX_HELD},
		{FIX_WAY_PINNED, POSTURE_FIX_PINNED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (tally->overdue[rows[i].way] > 0) {
			return rows[i].reason;
		}
	}
	return POSTURE_REASON_NONE;
}

/*
 * An old list can hide further fixes, but those it shows are missing for certain: so a fix proved
 * overdue fails before the list's own age is asked.
 */
int fix_tally_judge(const struct fix_tally *tally, bool fresh, int64_t due_s, struct verdict *v)
{
	enum posture_reason overdue = overdue_reason(tally);

	if (overdue != POSTURE_REASON_NONE) {
		return verdict_set(v, POSTURE_FAIL, overdue);
	}
	if (!fresh) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_STALE);
	}
	if (tally->doubt != POSTURE_REASON_NONE) {
		return verdict_set(v, POSTURE_UNKNOWN, tally->doubt);
	}
	v->due_s = tally->next < due_s ? tally->next : due_s;
	if (tally->unproved > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_AGE_NOT_KNOWN);
	}
	if (tally->pending == 0) {
		return verdict_set(v, POSTURE_PASS, POSTURE_UP_TO_DATE);
	}
	return verdict_set(v, POSTURE_PASS,
		tally->of[FIX_WAY_PHASED] == tally->pending ? POSTURE_FIX_PHASED
							    : POSTURE_FIX_RECENT);
}
