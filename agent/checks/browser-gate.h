/* SPDX-License-Identifier: Apache-2.0 */
/* One question to every installed browser, answered by its managed policy. */
#pragma once

#include "browsers.h"

enum browser_answer {
	BROWSER_KEPT,	 /* the policy says what is wanted, and the person cannot change it */
	BROWSER_STRANGE, /* it says something that is not understood */
	BROWSER_OPEN,	 /* it does not say so */
};

/* policies may be NULL: nothing is set. */
typedef enum browser_answer (*browser_judge_fn)(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy);

struct browser_gate {
	browser_judge_fn judge;
	enum posture_reason kept;
	enum posture_reason open;
};
/* Sets the verdict: one browser that is open fails it, one that hides its policy leaves it open. */
must_check int browser_gate_run(
	const struct browser_gate *gate, const struct check_ctx *ctx, struct verdict *v);

/* Exactly this boolean, or this whole number */
bool browser_bool_is(struct json_object *value, bool wanted);
bool browser_int_is(struct json_object *value, int64_t wanted);
