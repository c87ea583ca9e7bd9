/* SPDX-License-Identifier: Apache-2.0 */
/* The next report, from what is remembered: `preview` and the report that leaves are one function.
 */
#pragma once

#include "policy.h"
#include "state.h"

struct report_source {
	const struct state *state;
	const struct policy *policy;
	const char *device;
	int64_t wall_s;
};

/* Full when one is due, else a delta, else a heartbeat; numbered behind the last one. */
must_check int report_build(const struct report_source *source, struct str *ret_payload);
/* Whether a report would tell more than that the device is there */
bool report_has_news(const struct state *state, const struct policy *policy);
/* Notes what a report that was built from this state has told. */
void report_note_told(struct state *state, const struct policy *policy);
