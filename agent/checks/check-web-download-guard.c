/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.download-guard: browsers refuse downloads that are known to be dangerous. Chromium's
 * DownloadRestrictions 1, 2 and 4 go by what Safe Browsing says of a file, so they do nothing where
 * that is switched off; 3 refuses every download. Firefox looks files up only while both its
 * preferences are on (ApplicationReputation.cpp).
 */
#include "browser-gate.h"

static const struct browser_rule all_refused[] = {
	{BROWSERS_CHROMIUM, 1, "DownloadRestrictions", BROWSER_NUMBER, 3, 3, NULL},
};

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM, 0, "SafeBrowsingProtectionLevel", BROWSER_NUMBER, 0, 0, NULL},
	{BROWSERS_CHROMIUM, 1, "DownloadRestrictions", BROWSER_NUMBER, 1, 4, NULL},
	{BROWSERS_FIREFOX, 1, "Preferences/browser.safebrowsing.downloads.enabled",
		BROWSER_PREF_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "Preferences/browser.safebrowsing.malware.enabled", BROWSER_PREF_TRUE,
		0, 0, NULL},
};

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	enum browser_answer answer =
		browser_rules_answer(seen, policies, all_refused, ARRAY_LEN(all_refused));

	(void)policy;
	return answer == BROWSER_KEPT
		       ? answer
		       : browser_rules_answer(seen, policies, rules, ARRAY_LEN(rules));
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_DOWNLOADS_GUARDED,
		.open = POSTURE_DOWNLOADS_FREE,
	};

	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_web_download_guard = {
	.id = "web.download-guard",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
