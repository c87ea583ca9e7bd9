/* SPDX-License-Identifier: Apache-2.0 */
/* One question to every installed browser, answered by its managed policy. */
#pragma once

#include "browser-rule.h"

/* policies may be NULL: nothing is set. */
typedef enum browser_answer (*browser_judge_fn)(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy);

struct browser_gate {
	const struct browser_rule *rules; /* asked when there is no judge */
	size_t n_rules;
	browser_judge_fn judge;
	enum posture_reason kept;
	enum posture_reason open;
	enum posture_reason
		unset; /* what is not set stays unknown for this reason; none: it is open */
};
/* Sets the verdict: one browser that is open fails it, one that hides its policy leaves it open. */
must_check int browser_gate_run(
	const struct browser_gate *gate, const struct check_ctx *ctx, struct verdict *v);
