/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that asks for less than an earlier one did: what only the stricter tier wrote goes. */
#include "json-build.h"
#include "keeper-parts.h"

#include <string.h>

static bool is_too_strict(
	const struct enforce_profile *profile, enum enforce_tier tier, const char *key)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (strcmp(profile->settings[i].key, key) == 0) {
			return profile->settings[i].tier > tier;
		}
	}
	return false;
}

static int ask_undo(struct keeper *keeper, const char *key, const struct errand *errand)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	int r;

	json_build_string(&build, "client", errand->client);
	json_build_string(&build, "key", key);
	r = json_build_finish(&build, &body);
	return r == 0 ? keeper_send(keeper, IPC_HAND_UNDO, body, errand) : r;
}

int keeper_lower(
	struct keeper *keeper, const struct enforce_profile *profile, const struct errand *errand)
{
	cleanup(enforce_changes_finish) struct enforce_changes written = {0};
	const struct core *core = keeper->core;
	enum enforce_tier tier = profiles_policy_tier(core, profile);
	int r = 0;

	/* What its owner said no to was put back when he said it. */
	if (!rules_keep(&core->state.rules, core_school_owned(core), profile->id, NULL)) {
		return 0;
	}
	r = profiles_written(core, &written);
	for (size_t i = 0; r == 0 && i < written.len; i++) {
		const struct enforce_change *change = &written.items[i];

		if (strcmp(change->client, profile->id) == 0 &&
			is_too_strict(profile, tier, change->key)) {
			r = ask_undo(keeper, change->key, errand);
		}
	}
	return r;
}
