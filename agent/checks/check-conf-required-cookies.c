/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.required-cookies: browsers keep out cookies of others than the site itself. Chromium by
 * BlockThirdPartyCookies; Firefox by EnableTrackingProtection, on and locked, which keeps trackers
 * out and shuts other cookies into the site they were set on.
 */
#include "browser-gate.h"

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	struct json_object *tracking;
	bool kept;

	(void)policy;
	if (seen->kind == BROWSER_CHROMIUM) {
		kept = browser_bool_is(browsers_member(policies, "BlockThirdPartyCookies"), true);
	} else {
		tracking = browsers_member(policies, "EnableTrackingProtection");
		kept = browser_bool_is(browsers_member(tracking, "Value"), true) &&
		       browser_bool_is(browsers_member(tracking, "Locked"), true);
	}
	return kept ? BROWSER_KEPT : BROWSER_OPEN;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		judge, POSTURE_COOKIES_LIMITED, POSTURE_COOKIES_OPEN};

	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_conf_required_cookies = {
	.id = "conf.required-cookies",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
