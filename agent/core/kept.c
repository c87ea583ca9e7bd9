/* SPDX-License-Identifier: Apache-2.0 */
#include "kept.h"

#include "exempt-lifts.h"
#include "exempt-run.h"
#include "gate-change.h"
#include "guard.h"
#include "profiles.h"
#include "wall-plan.h"

#include <string.h>

/* Whatever its manager calls it here, it is one thing to say yes to. */
static const struct agreed_setting firewall = {WALL_CLIENT, "input", NULL};

static bool is_firewall(const char *client)
{
	return strcmp(client, WALL_CLIENT) == 0;
}

/*
 * A school's device may be one that its IT reaches from outside, so that its policy has to name the
 * firewall; a person who asks is there to see what comes of it.
 */
static enum kept kept_firewall(const struct core *core)
{
	bool named = strcmp(policy_client_tier(core->hold.policy, WALL_CLIENT), "off") != 0;

	if (!rules_keep(&core->state.rules, true, WALL_CLIENT, NULL)) {
		return KEPT_DECLINED;
	}
	return agreed_has(&core->state.agreed, &firewall) || (core_school_owned(core) && named)
		       ? KEPT
		       : KEPT_ASKED;
}

enum kept kept_setting(
	const struct core *core, const char *client, const char *key, struct json_object *value)
{
	const struct agreed_setting setting = {client, key, value};

	if (is_firewall(client)) {
		return kept_firewall(core);
	}
	/* with a default of keeping, only somebody's own word says no */
	if (!rules_keep(&core->state.rules, true, client, key)) {
		return KEPT_DECLINED;
	}
	if (!core_school_owned(core) && !agreed_has(&core->state.agreed, &setting)) {
		return KEPT_ASKED;
	}
	return exempt_lifts(exempt_run_features(core->exempt_run), client, key) ? KEPT_LIFTED
										: KEPT;
}

bool kept_any(const struct core *core, const struct enforce_profile *profile)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		const struct enforce_setting *setting = &profile->settings[i];

		if (kept_setting(core, profile->id, setting->key, setting->value) == KEPT) {
			return true;
		}
	}
	return false;
}

bool kept_parted(const struct core *core)
{
	return core->state.was_school && !core_school_owned(core) &&
	       (!core_enrolled(core) || core->hold.from_school);
}

bool kept_at_all(const struct core *core)
{
	return core_school_owned(core) ? rules_keep_any(&core->state.rules, true)
				       : core->state.agreed.list.len > 0;
}

static int say_settings(
	struct core *core, const struct enforce_profile *profile, const char *key, bool keep)
{
	enum enforce_tier tier = profiles_policy_tier(core, profile);
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->n_settings; i++) {
		const struct agreed_setting setting = {
			profile->id, profile->settings[i].key, profile->settings[i].value};

		if (key && strcmp(key, setting.key) != 0) {
			continue;
		}
		if (keep && profile->settings[i].tier > tier) {
			continue; /* not what was shown: a stricter policy asks again */
		}
		if (keep) {
			r = agreed_add(&core->state.agreed, &setting);
		} else {
			agreed_drop(&core->state.agreed, &setting);
		}
	}
	return r;
}

/* A yes to everything is one to what was shown: the firewall is when it would be closed. */
static int say_firewall(struct core *core, const char *client, bool keep)
{
	if (client && !is_firewall(client)) {
		return 0;
	}
	if (!keep) {
		agreed_drop(&core->state.agreed, &firewall);
		return 0;
	}
	return client || guard_is_due(core->guard) ? agreed_add(&core->state.agreed, &firewall) : 0;
}

static int say_gate(struct core *core, const struct gate *gate, bool keep)
{
	cleanup(json_put) struct json_object *value = gate_change_value(GATE_DENIES);
	const struct agreed_setting setting = {gate->client, GATES_KEY, value};

	if (!value) {
		return -ENOMEM;
	}
	if (!keep) {
		agreed_drop(&core->state.agreed, &setting);
		return 0;
	}
	return policy_client_tier(core->hold.policy, gate->client)
		       ? agreed_add(&core->state.agreed, &setting)
		       : 0;
}

static int say_gates(struct core *core, const char *client, const char *key, bool keep)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < gates_len; i++) {
		if ((!client || strcmp(client, gates[i].client) == 0) &&
			(!key || strcmp(key, GATES_KEY) == 0)) {
			r = say_gate(core, &gates[i], keep);
		}
	}
	return r;
}

/* A yes to one setting is a word of its own only against a no to something wider. */
static int say_rule(struct core *core, const char *client, const char *key, bool keep)
{
	if (key && keep && rules_keep(&core->state.rules, true, client, key)) {
		return 0;
	}
	return rules_say(&core->state.rules, client, key, keep);
}

int kept_say(struct core *core, const char *client, const char *key, bool keep)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	int r = say_firewall(core, client, keep);

	if (r == 0 && (!client || !is_firewall(client))) {
		r = profiles_read(core, client, &profiles);
	}
	if (r == 0 && !client && !keep) {
		/* also what no profile names any more */
		core->state.agreed.list.len = 0;
	}
	if (!client && keep) {
		/* all of it is the owner's from here on */
		core->state.was_school = core_school_owned(core);
	}
	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		if (!client || strcmp(client, profiles.items[i]->id) == 0) {
			r = say_settings(core, profiles.items[i], key, keep);
		}
	}
	if (r == 0) {
		r = say_gates(core, client, key, keep);
	}
	return r == 0 ? say_rule(core, client, key, keep) : r;
}
