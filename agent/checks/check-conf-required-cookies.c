/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.required-cookies: browsers keep out cookies of others than the site itself. Chromium by
 * BlockThirdPartyCookies; Firefox by EnableTrackingProtection, on and locked, which keeps trackers
 * out and shuts other cookies into the site they were set on.
 */
#include "browser-gate.h"

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM | BROWSERS_EDGE, 1, "BlockThirdPartyCookies", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "EnableTrackingProtection/Value", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "EnableTrackingProtection/Locked", BROWSER_TRUE, 0, 0, NULL},
};

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.rules = rules,
		.n_rules = ARRAY_LEN(rules),
		.kept = POSTURE_COOKIES_LIMITED,
		.open = POSTURE_COOKIES_OPEN,
	};

	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_conf_required_cookies = {
	.id = "conf.required-cookies",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
