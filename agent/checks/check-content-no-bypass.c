/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content.no-bypass: where the filter works by name servers ("resolvers" of
 * content.filter-present), no browser asks others by encrypted DNS: it is off and fixed, or fixed
 * to addresses of this control's "templates". Seen of Chromium 156: without a mode it is off and
 * fixed as soon as any policy of the machine is set. Seen of Firefox ESR 153: "Fallback" false
 * turns it on whatever "Enabled" says, and of a policy and a preference the later one in the file
 * holds.
 */
#include "browser-gate.h"

#include <string.h>

#define ID "content.no-bypass"

/* network.trr.mode: 2 first, 3 only, 5 off by choice (Firefox, modules/libpref) */
#define TRR_FIRST 2
#define TRR_ONLY 3
#define TRR_OFF 5

static const char *text_of(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* Addresses with blanks between them; at least one */
static bool all_approved(const char *text, struct json_object *list)
{
	struct span rest = span_z(text), one;
	bool any = false;

	while (span_next(&rest, ' ', &one)) {
		if (one.len > 0 && !browser_list_has(list, one)) {
			return false;
		}
		any = any || one.len > 0;
	}
	return any;
}

static enum browser_answer chromium_judge(struct json_object *policies, struct json_object *list)
{
	const char *mode = text_of(browsers_member(policies, "DnsOverHttpsMode"));
	const char *templates = text_of(browsers_member(policies, "DnsOverHttpsTemplates"));

	if (strcmp(mode, "secure") != 0 && strcmp(mode, "automatic") != 0) {
		bool managed = json_object_is_type(policies, json_type_object) &&
			       json_object_object_length(policies) > 0;

		return managed ? BROWSER_KEPT : BROWSER_UNSET;
	}
	if (!*templates) {
		return BROWSER_UNSET; /* the browser picks one that goes with the system's */
	}
	return all_approved(templates, list) ? BROWSER_KEPT : BROWSER_OPEN;
}

struct trr {
	int64_t mode;
	const char *uri;
	bool mode_locked;
	bool uri_locked;
};

/* policies-schema.json: an address that is none has the whole policy refused */
static bool address_sound(struct json_object *url)
{
	return !url || strncmp(text_of(url), "https://", 8) == 0;
}

static void trr_policy(const struct browser_seen *seen, struct json_object *policy, struct trr *trr)
{
	struct json_object *url = browsers_member(policy, "ProviderURL");
	struct json_object *enabled = browsers_member(policy, "Enabled");
	bool locked = browser_firefox_bool_is(seen, browsers_member(policy, "Locked"), true);

	if (!address_sound(url)) {
		return;
	}
	if (enabled) {
		bool only =
			browser_firefox_bool_is(seen, browsers_member(policy, "Fallback"), false);

		trr->mode = browser_firefox_bool_is(seen, enabled, true) ? TRR_FIRST : TRR_OFF;
		trr->mode = only ? TRR_ONLY : trr->mode;
		trr->mode_locked = trr->mode_locked || locked;
	}
	if (url) {
		trr->uri = text_of(url);
		trr->uri_locked = trr->uri_locked || locked;
	}
}

static bool pref_locked(struct json_object *pref)
{
	return !json_object_is_type(pref, json_type_object) ||
	       browser_text_is(browsers_member(pref, "Status"), "locked");
}

static struct json_object *pref_value(struct json_object *pref)
{
	return json_object_is_type(pref, json_type_object) ? browsers_member(pref, "Value") : pref;
}

static void trr_preferences(struct json_object *prefs, struct trr *trr)
{
	struct json_object *mode = browsers_member(prefs, "network.trr.mode");
	struct json_object *uri = browsers_member(prefs, "network.trr.uri");

	if (json_object_is_type(pref_value(mode), json_type_int)) {
		trr->mode = json_object_get_int64(pref_value(mode));
		trr->mode_locked = trr->mode_locked || pref_locked(mode);
	}
	if (json_object_is_type(pref_value(uri), json_type_string)) {
		trr->uri = text_of(pref_value(uri));
		trr->uri_locked = trr->uri_locked || pref_locked(uri);
	}
}

static enum browser_answer firefox_judge(
	const struct browser_seen *seen, struct json_object *policies, struct json_object *list)
{
	struct trr trr = {.mode = 0, .uri = ""};

	if (!json_object_is_type(policies, json_type_object)) {
		return BROWSER_UNSET;
	}
	json_object_object_foreach(policies, key, value)
	{
		if (strcmp(key, "DNSOverHTTPS") == 0) {
			trr_policy(seen, value, &trr);
		} else if (strcmp(key, "Preferences") == 0) {
			trr_preferences(value, &trr);
		}
	}
	if (trr.mode == TRR_OFF) {
		return trr.mode_locked ? BROWSER_KEPT : BROWSER_UNSET;
	}
	if (trr.mode != TRR_FIRST && trr.mode != TRR_ONLY) {
		return BROWSER_UNSET;
	}
	if (!all_approved(trr.uri, list)) {
		return BROWSER_OPEN;
	}
	return trr.mode_locked && trr.uri_locked ? BROWSER_KEPT : BROWSER_UNSET;
}

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	struct json_object *list = policy_control_value(policy, ID, "templates");

	if (seen->kind == BROWSER_FIREFOX) {
		return firefox_judge(seen, policies, list);
	}
	return seen->edge ? BROWSER_HIDDEN : chromium_judge(policies, list);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_DNS_FIXED,
		.open = POSTURE_DNS_ELSEWHERE,
		.unset = POSTURE_DNS_NOT_FIXED,
	};
	struct json_object *filters =
		policy_control_value(ctx->policy, "content.filter-present", "resolvers");

	if (browser_list_len(filters) == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_DNS_FILTER);
	}
	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_content_no_bypass = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
