/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.https-first: browsers try the encrypted connection first. Seen of Chromium 156: it does so
 * unless HttpsUpgradesEnabled is false and HttpsOnlyMode forces nothing; "disallowed" takes only
 * the person's own switch away. Where no policy says so, the browser's release and the person
 * decide.
 */
#include "browser-gate.h"

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM, 1, "HttpsOnlyMode", BROWSER_WORD, 0, 0, "force_enabled"},
	{BROWSERS_CHROMIUM, 2, "HttpsOnlyMode", BROWSER_WORD, 0, 0, "force_balanced_enabled"},
	{BROWSERS_CHROMIUM, 3, "HttpsUpgradesEnabled", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "HttpsOnlyMode", BROWSER_WORD, 0, 0, "force_enabled"},
	{BROWSERS_FIREFOX, 2, "Preferences/dom.security.https_first", BROWSER_PREF_TRUE, 0, 0,
		NULL},
	{BROWSERS_FIREFOX, 3, "Preferences/dom.security.https_only_mode", BROWSER_PREF_TRUE, 0, 0,
		NULL},
};

/* Asked once nothing above turns it on */
static const struct browser_rule off[] = {
	{BROWSERS_CHROMIUM, 0, "HttpsUpgradesEnabled", BROWSER_FALSE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 0, "Preferences/dom.security.https_first", BROWSER_PREF_FALSE, 0, 0,
		NULL},
};

/* HttpsOnlyMode and its preference: the one that stands later in the file holds, so one alone. */
static bool contrary(const struct browser_seen *seen, struct json_object *policies)
{
	struct json_object *prefs = browsers_member(policies, "Preferences");

	return seen->kind == BROWSER_FIREFOX && browsers_member(policies, "HttpsOnlyMode") &&
	       browsers_member(prefs, "dom.security.https_only_mode");
}

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	enum browser_answer answer = browser_rules_answer(seen, policies, rules, ARRAY_LEN(rules));

	(void)policy;
	if (contrary(seen, policies)) {
		return BROWSER_STRANGE;
	}
	if (answer == BROWSER_UNSET &&
		browser_rules_answer(seen, policies, off, ARRAY_LEN(off)) == BROWSER_OPEN) {
		return BROWSER_OPEN;
	}
	return answer;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_HTTPS_FIRST,
		.open = POSTURE_HTTPS_OFF,
		.unset = POSTURE_HTTPS_NOT_FIXED,
	};

	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_web_https_first = {
	.id = "web.https-first",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
