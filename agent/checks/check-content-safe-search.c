/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content.safe-search: on pupils' devices searches leave with safe search on. Chromium and its kin
 * by two keys, or by the older one as long as neither of the two is set. Firefox has no such key:
 * there, and for every browser, name servers that turn it on by themselves will do, the policy's
 * "resolvers". No search is ever read.
 */
#include "browser-gate.h"
#include "pupil.h"
#include "resolvers.h"

#define ID "content.safe-search"

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM, 1, "ForceGoogleSafeSearch", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_CHROMIUM, 1, "ForceYouTubeRestrict", BROWSER_NUMBER, 1, 2, NULL},
};

static const struct browser_rule older[] = {
	{BROWSERS_CHROMIUM, 1, "ForceSafeSearch", BROWSER_TRUE, 0, 0, NULL},
};

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	(void)policy;
	if (seen->kind == BROWSER_FIREFOX) {
		return BROWSER_OPEN;
	}
	if (!browsers_member(policies, "ForceGoogleSafeSearch") &&
		!browsers_member(policies, "ForceYouTubeRestrict") &&
		!browsers_member(policies, "ForceYouTubeSafetyMode")) {
		return browser_rules_answer(seen, policies, older, ARRAY_LEN(older));
	}
	return browser_rules_answer(seen, policies, rules, ARRAY_LEN(rules));
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_SAFE_SEARCH_ON,
		.open = POSTURE_SAFE_SEARCH_OFF,
	};
	enum resolvers_answer answer;
	int r;

	if (pupil_excuse(ctx, ID, v)) {
		return 0;
	}
	r = resolvers_judge(ctx->root, policy_control_value(ctx->policy, ID, "resolvers"), &answer);
	if (r < 0) {
		return r;
	}
	if (answer == RESOLVERS_APPROVED) {
		return verdict_set(v, POSTURE_PASS, POSTURE_SAFE_SEARCH_ON);
	}
	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS, RESOLVERS_INPUTS};

const struct check check_content_safe_search = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
