/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.screen-capture-gate: no web page captures the screen, save those of the policy's sites.
 * Chromium: policy_definitions/ScreenCapture. Firefox: Permissions.ScreenShare, which releases
 * before 142 and ESR 140.2 do not know.
 */
#include "browser-gate.h"

#include <string.h>

#define ID "conf.screen-capture-gate"

static enum browser_answer list_answer(struct json_object *list, struct json_object *allowed)
{
	switch (browsers_judge_list(list, allowed)) {
	case BROWSERS_LIST_ALLOWED:
		return BROWSER_KEPT;
	case BROWSERS_LIST_EXTRA:
		return BROWSER_OPEN;
	case BROWSERS_LIST_DAMAGED:
		break;
	}
	return BROWSER_STRANGE;
}

static enum browser_answer worse(enum browser_answer a, enum browser_answer b)
{
	return a > b ? a : b;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* Exceptions that newer releases have for parts of the screen: not known here, so never a pass */
static enum browser_answer other_exceptions(struct json_object *policies)
{
	json_object_object_foreach(policies, key, value)
	{
		if (ends_with(key, "CaptureAllowedByOrigins") &&
			strcmp(key, "ScreenCaptureAllowedByOrigins") != 0 &&
			!(json_object_is_type(value, json_type_array) &&
				json_object_array_length(value) == 0)) {
			return BROWSER_STRANGE;
		}
	}
	return BROWSER_KEPT;
}

static enum browser_answer chromium_judge(struct json_object *policies, struct json_object *allowed)
{
	static const char *const lists[] = {
		"ScreenCaptureAllowedByOrigins", "ScreenCaptureWithoutGestureAllowedForOrigins"};
	enum browser_answer answer = BROWSER_KEPT;

	if (!browser_bool_is(browsers_member(policies, "ScreenCaptureAllowed"), false)) {
		return BROWSER_OPEN;
	}
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		answer = worse(answer, list_answer(browsers_member(policies, lists[i]), allowed));
	}
	return worse(answer, other_exceptions(policies));
}

static enum browser_answer firefox_judge(
	const struct browser_seen *seen, struct json_object *policies, struct json_object *allowed)
{
	struct json_object *share =
		browsers_member(browsers_member(policies, "Permissions"), "ScreenShare");
	bool knows = seen->major >= 142 || (seen->major == 140 && seen->minor >= 2);

	if (!browser_bool_is(browsers_member(share, "BlockNewRequests"), true) ||
		!browser_bool_is(browsers_member(share, "Locked"), true)) {
		return BROWSER_OPEN;
	}
	if (!knows) {
		return seen->major == 0 ? BROWSER_STRANGE : BROWSER_OPEN;
	}
	return list_answer(browsers_member(share, "Allow"), allowed);
}

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	struct json_object *allowed = policy_control_value(policy, ID, "allowed_origins");

	return seen->kind == BROWSER_CHROMIUM ? chromium_judge(policies, allowed)
					      : firefox_judge(seen, policies, allowed);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_CAPTURE_LIMITED,
		.open = POSTURE_CAPTURE_OPEN,
	};
	struct json_object *teacher = policy_control_value(ctx->policy, ID, "teacher");

	if (browser_bool_is(teacher, true)) {
		return verdict_set(v, POSTURE_NA, POSTURE_DISABLED_BY_POLICY);
	}
	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_conf_screen_capture_gate = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
