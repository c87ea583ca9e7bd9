/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a call may be answered: the session or API token behind it, and its rights. */
#pragma once

#include "api.h"

bool api_needs_session(const struct api_call *call);
/* In a lane. Fills session and teams; or the answer is 401 or 403. */
must_check int api_admit(struct api_call *call, struct store *store);
void api_touch_session(const struct api_call *call);
