/* SPDX-License-Identifier: Apache-2.0 */
/* What is let go goes back: what only a stricter tier of an earlier policy wrote, what an exemption
 * that runs is for, and what a school that the device left had kept. */
#include "json-build.h"
#include "kept.h"
#include "keeper-parts.h"

#include <string.h>

static bool is_let_go(
	const struct core *core, const struct enforce_profile *profile, const char *key)
{
	enum enforce_tier tier = profiles_policy_tier(core, profile);

	for (size_t i = 0; i < profile->n_settings; i++) {
		const struct enforce_setting *setting = &profile->settings[i];

		if (strcmp(setting->key, key) != 0) {
			continue;
		}
		switch (kept_setting(core, profile->id, key, setting->value)) {
		case KEPT_LIFTED:
			return true;
		case KEPT:
			return setting->tier > tier;
		case KEPT_ASKED:
			return setting->tier > tier || kept_parted(core);
		case KEPT_DECLINED:
			return false; /* was put back when its owner said so */
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
	int r = profiles_written(core, &written);

	for (size_t i = 0; r == 0 && i < written.len; i++) {
		const struct enforce_change *change = &written.items[i];

		if (strcmp(change->client, profile->id) == 0 &&
			is_let_go(core, profile, change->key)) {
			r = ask_undo(keeper, change->key, errand);
		}
	}
	return r;
}

/*
 * caretaker-hand stays while something is kept, but who starts it after the machine was started? A
 * question whose answer nobody waits for: the first drift then meets one that is there.
 */
int keeper_wake_hand(struct keeper *keeper)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	const struct errand errand = {.keeper = keeper};
	size_t kept = 0;

	for (size_t i = 0; i < keeper->n_clients; i++) {
		kept += keeper->clients[i]->kept;
	}
	if (!body) {
		return -ENOMEM;
	}
	return kept > 0 ? keeper_send(keeper, IPC_HAND_JOURNAL, body, &errand) : 0;
}
