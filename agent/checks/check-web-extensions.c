/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.extensions: a school's browsers take no add-on but those that their own policy names; with
 * our policy's "approved" (ids), none but these. In Chromium the entry "*" of ExtensionSettings
 * overrides ExtensionInstallBlocklist, and a list with anything but texts in it is no list. Which
 * add-ons are installed is never looked at.
 */
#include "browser-gate.h"

#include <string.h>

#define ID "web.extensions"

/* Up to the first ';', where a list of forced add-ons names the place they come from */
static bool id_approved(const char *id, struct json_object *approved)
{
	return !approved || browser_list_has(approved, (struct span){id, strcspn(id, ";")});
}

static bool list_approved(struct json_object *list, struct json_object *approved)
{
	for (size_t i = 0; i < browser_list_len(list); i++) {
		struct json_object *id = json_object_array_get_idx(list, i);

		if (json_object_is_type(id, json_type_string) &&
			!id_approved(json_object_get_string(id), approved)) {
			return false;
		}
	}
	return true;
}

/* The entries beside "*": what they let in. One for a whole store is more than we can judge. */
static enum browser_answer entries_answer(
	struct json_object *settings, struct json_object *approved)
{
	enum browser_answer answer = BROWSER_KEPT;

	if (!json_object_is_type(settings, json_type_object)) {
		return answer;
	}
	json_object_object_foreach(settings, id, entry)
	{
		struct json_object *mode = browsers_member(entry, "installation_mode");

		if (strcmp(id, "*") == 0 || browser_text_is(mode, "blocked") ||
			browser_text_is(mode, "removed")) {
			continue;
		}
		if (strncmp(id, "update_url:", 11) == 0) {
			answer = BROWSER_STRANGE;
		} else if (mode && !id_approved(id, approved)) {
			return BROWSER_OPEN;
		}
	}
	return answer;
}

static bool chromium_blocks(struct json_object *policies, struct json_object *settings)
{
	struct json_object *mode =
		browsers_member(browsers_member(settings, "*"), "installation_mode");

	return mode ? browser_text_is(mode, "blocked") || browser_text_is(mode, "removed")
		    : browser_list_has(
			      browsers_member(policies, "ExtensionInstallBlocklist"), span_z("*"));
}

/* Lists of several files are joined where one of these names them: not done here. */
static bool merged(struct json_object *policies)
{
	return browsers_member(policies, "PolicyListMultipleSourceMergeList") ||
	       browsers_member(policies, "PolicyDictionaryMultipleSourceMergeList");
}

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	struct json_object *approved = policy_control_value(policy, ID, "approved");
	struct json_object *settings = browsers_member(policies, "ExtensionSettings");
	struct json_object *star = browsers_member(settings, "*");

	if (seen->kind == BROWSER_FIREFOX) {
		return browser_text_is(browsers_member(star, "installation_mode"), "blocked")
			       ? entries_answer(settings, approved)
			       : BROWSER_OPEN;
	}
	if (seen->edge) {
		return BROWSER_HIDDEN;
	}
	if (merged(policies)) {
		return BROWSER_STRANGE;
	}
	if (!chromium_blocks(policies, settings) ||
		!list_approved(browsers_member(policies, "ExtensionInstallAllowlist"), approved) ||
		!list_approved(browsers_member(policies, "ExtensionInstallForcelist"), approved)) {
		return BROWSER_OPEN;
	}
	return entries_answer(settings, approved);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_ADD_ONS_LIMITED,
		.open = POSTURE_ADD_ONS_FREE,
	};

	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		return verdict_set(v, POSTURE_NA, POSTURE_PRIVATE_DEVICE);
	}
	return browser_gate_run(&gate, ctx, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_web_extensions = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
