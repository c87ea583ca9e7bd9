/* SPDX-License-Identifier: Apache-2.0 */
/* What the endpoint can see of itself: its settings, its store, its disk. */
#pragma once

#include "duties-rules.h"
#include "duties.h"

enum duties_own_outcome {
	DUTIES_OWN_E_ASK = 1, /* it cannot see this: people have to say */
};

/* DUTIES_OWN_E_ASK. ret_reason: static */
must_check int duties_own_judge(struct store *store, int64_t now_s, enum duties_storage storage,
	const char *control, enum duty_state *ret_state, const char **ret_reason);
/* Whether people may answer it */
bool duties_own_asked(const char *control);
