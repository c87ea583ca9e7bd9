/* SPDX-License-Identifier: Apache-2.0 */
/* What the store holds of one device's controls, to hold a report against. */
#pragma once

#include "posture.h"
#include "report.h"
#include "store.h"

#define HELD_MAX (2 * REPORT_CONTROLS_MAX) /* controls of one device */

struct held_control {
	char id[POSTURE_ID_MAX + 1];
	enum posture_state state;
	enum posture_reason reason;
	int64_t since_s;
};

struct held {
	struct held_control *controls; /* sorted by id; owned */
	size_t n;
};

must_check int held_read(struct store *store, const char *device, struct held *ret_held);
void held_finish(struct held *held);
