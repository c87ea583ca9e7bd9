/* SPDX-License-Identifier: Apache-2.0 */
#include "grace.h"

#include "clock.h"

int64_t grace_until(
	const struct state *state, const struct state_control *control, const struct policy *policy)
{
	int64_t until = control->on_since + policy_grace_days(policy, control->id) * CLOCK_DAY_S;
	bool begun = control->on_since > 0 && state->wall_highest >= control->on_since;

	return control->state == POSTURE_FAIL && begun && state->wall_highest < until ? until : 0;
}

void grace_told(const struct state *state, const struct state_control *control,
	const struct policy *policy, enum posture_state *ret_state, enum posture_reason *ret_reason)
{
	bool waits = grace_until(state, control, policy) > 0;

	*ret_state = waits ? POSTURE_UNKNOWN : control->state;
	*ret_reason = waits ? POSTURE_GRACE_PERIOD : control->reason;
}
