/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The days that an owner has before what fails counts: from enrolment, and from when a policy first
 * names a control. The device shows the failure and until when at once; a report says "unknown,
 * grace-period" meanwhile, so that a new device is neither red nor passed.
 */
#pragma once

#include "policy.h"
#include "state.h"

/*
 * Wall second from which this failure counts, 0 when it counts already or nothing fails. Measured
 * against the highest time ever seen: a clock that is turned back gives nobody more days.
 */
int64_t grace_until(const struct state *state, const struct state_control *control,
	const struct policy *policy);
/* State and reason as a report tells them */
void grace_told(const struct state *state, const struct state_control *control,
	const struct policy *policy, enum posture_state *ret_state,
	enum posture_reason *ret_reason);
