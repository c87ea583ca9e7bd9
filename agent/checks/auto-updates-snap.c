/* SPDX-License-Identifier: Apache-2.0 */
#include "auto-updates.h"

#include "snapd-state.h"

/* A week or two off is what somebody plans for; longer than fixes may wait is not. */
#define HOLD_DAYS_MAX 14
/* snapd asks four times a day, once it is started. */
#define STARTED_MS ((int64_t)CLOCK_DAY_S * 1000)

struct holds {
	int64_t until; /* what is held beyond this is held for long */
	bool any;
};

static int snap_take(const struct snapd_snap *snap, void *data)
{
	struct holds *holds = data;

	holds->any = holds->any || snap->held > holds->until;
	return 0;
}

static int judge(const struct check_ctx *ctx, const struct snapd_state *state, struct verdict *v)
{
	const int64_t span = HOLD_DAYS_MAX * CLOCK_DAY_S;
	struct holds holds = {.until = ctx->now.wall_s + span};
	int r = snapd_state_each(state, snap_take, &holds);

	if (r < 0) {
		return r;
	}
	if (holds.any || snapd_time(state->hold) > holds.until) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
	}
	/* A computer that was off for weeks has had no chance yet. */
	if (state->refreshed > 0 && ctx->now.wall_s - state->refreshed > span) {
		v->due_s = ctx->now.wall_s + CLOCK_DAY_S;
		return ctx->live && ctx->now.boot_ms > STARTED_MS
			       ? verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_STALLED)
			       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_STALE);
	}
	return 0;
}

int auto_updates_judge_snap(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(snapd_state_finish) struct snapd_state state = {.json = NULL};
	int r = snapd_state_read(ctx->root, &state);

	switch (r) {
	case 0:
		return state.json ? judge(ctx, &state, v) : 0;
	case SNAPD_STATE_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case SNAPD_STATE_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	default:
		return r;
	}
}
