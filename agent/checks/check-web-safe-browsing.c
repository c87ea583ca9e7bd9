/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.safe-browsing: browsers warn of dangerous sites, and nobody can switch that off. Chromium and
 * its kin by SafeBrowsingProtectionLevel (standard is enough; the older SafeBrowsingEnabled counts
 * as long as the newer key is not set), Firefox by two locked preferences. Edge warns by another
 * service, whose key is not known for Linux. With the policy's "no_bypass", the warning must not be
 * passed over either.
 */
#include "browser-gate.h"

#define ID "web.safe-browsing"

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM, 0, "SafeBrowsingProtectionLevel", BROWSER_NUMBER, 0, 0, NULL},
	{BROWSERS_CHROMIUM, 1, "SafeBrowsingProtectionLevel", BROWSER_NUMBER, 1, 2, NULL},
	{BROWSERS_CHROMIUM, 2, "SafeBrowsingEnabled", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "Preferences/browser.safebrowsing.malware.enabled", BROWSER_PREF_TRUE,
		0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "Preferences/browser.safebrowsing.phishing.enabled",
		BROWSER_PREF_TRUE, 0, 0, NULL},
};

static const struct browser_rule bypass[] = {
	{BROWSERS_CHROMIUM, 1, "DisableSafeBrowsingProceedAnyway", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "DisableSecurityBypass/SafeBrowsing", BROWSER_TRUE, 0, 0, NULL},
};

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	enum browser_answer answer = browser_rules_answer(seen, policies, rules, ARRAY_LEN(rules));

	if (answer == BROWSER_KEPT &&
		browser_bool_is(policy_control_value(policy, ID, "no_bypass"), true)) {
		answer = browser_rules_answer(seen, policies, bypass, ARRAY_LEN(bypass));
	}
	return answer;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_SAFE_BROWSING_ON,
		.open = POSTURE_SAFE_BROWSING_OFF,
	};

	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_web_safe_browsing = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
