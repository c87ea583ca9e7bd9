/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock.idle: whoever leaves leaves a locked screen behind, within the policy's minutes. On a
 * school's device the person cannot switch that off. The setting counts: when somebody is idle, or
 * was, is never looked at.
 */
#include "desktop.h"

#define ID "lock.idle"
#define MINUTES_DEFAULT 15
#define MINUTE_S 60
/* Lockers wait some seconds for a hand on the mouse: CIS asks for at most 5, Plasma's own is 5. */
#define GRACE_S 30

static const struct check_input inputs[] = {
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_DESKTOP},
};

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t most = policy_control_number(ctx->policy, ID, "max_minutes", MINUTES_DEFAULT);
	int64_t after_s = facts->values[PERSONAL_LOCK_AFTER_S];

	(void)data;
	if (!desktop_is_there(facts, v)) {
		return 0;
	}
	if (after_s == PERSONAL_ABSENT) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_LOCK_NEVER);
	}
	if (after_s == PERSONAL_NOT_SEEN) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DESKTOP_UNKNOWN);
	}
	if (after_s > GRACE_S && (after_s - GRACE_S + MINUTE_S - 1) / MINUTE_S > most) {
		verdict_note(v, "lock-minutes-most", "%lld", (long long)most);
		return verdict_set(v, POSTURE_FAIL, POSTURE_LOCK_LATE);
	}
	return desktop_pass_fixed(ctx, facts->values[PERSONAL_LOCK_FIXED], POSTURE_LOCK_IN_TIME,
		POSTURE_LOCK_CHANGEABLE, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	return people_judge(ctx, judge, NULL, v);
}

const struct check check_lock_idle = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
