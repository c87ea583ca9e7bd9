/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of the keeper: the owner's word, and what there is to show. */
#include "keeper.h"

#include "claims.h"
#include "control.h"
#include "homes.h"
#include "keeper-parts.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

void keeper_release(struct gather *gather)
{
	struct control *control = gather->keeper->core->control;
	struct json_build body;

	if (--gather->pending > 0) {
		return;
	}
	if (gather->failed) {
		json_build_drop(&gather->changes);
		control_fail(control, gather->peer, "internal",
			"caretaker-hand could not be asked; see the log of caretakerd");
	} else {
		body = json_build_object();
		homes_add_changes(gather->keeper->core->homes, 0, true,
			gather->client[0] != '\0' ? gather->client : NULL, false, &gather->changes);
		json_build_join(&body, "changes", &gather->changes);
		json_build_int(&body, "format", 1);
		control_reply(control, gather->peer, &body);
	}
	free(gather);
}

static struct gather *gather_new(struct keeper *keeper, const char *client, uint64_t peer)
{
	struct gather *gather = calloc(1, sizeof(*gather));

	if (gather) {
		*gather = (struct gather){.keeper = keeper,
			.peer = peer,
			.pending = 1, /* whoever made it */
			.changes = json_build_array()};
		(void)snprintf(gather->client, sizeof(gather->client), "%s", client ? client : "");
	}
	return gather;
}

void keeper_add_changes(const struct keeper_client *client, const struct enforce_plan *plan,
	bool planned_too, struct json_build *array)
{
	for (size_t i = 0; i < plan->changes.len; i++) {
		struct enforce_change change = plan->changes.items[i];
		struct json_object *object = NULL;

		if (change.result == ENFORCE_PLANNED && client->rewritten) {
			change.result = ENFORCE_CONFLICT;
			change.error = ENFORCE_ERROR_REWRITTEN;
		}
		if (change.result == ENFORCE_PLANNED && !planned_too) {
			continue;
		}
		json_build_take(
			array, NULL, enforce_change_to_json(&change, &object) == 0 ? object : NULL);
	}
}

static bool client_known(const struct keeper *keeper, const char *id)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};

	return profiles_read(keeper->core, id, &profiles) == 0 &&
	       enforce_profiles_find(&profiles, id);
}

/* Notes the owner's word on disk; false when the peer has been told why not. */
static bool say(
	struct keeper *keeper, const char *client, const char *key, bool keep, uint64_t peer)
{
	struct core *core = keeper->core;
	int r;

	if (client && !client_known(keeper, client)) {
		control_fail(core->control, peer, "unknown-client",
			"client: there is no profile of this name");
		return false;
	}
	r = rules_say(&core->state.rules, client, key, keep);
	if (r == 0) {
		r = core_save(core);
	}
	if (r < 0) {
		control_fail(core->control, peer, "internal",
			"what was asked could not be remembered; nothing was changed");
		return false;
	}
	return true;
}

int keeper_enforce(struct keeper *keeper, const char *client, uint64_t peer)
{
	struct gather *gather;
	int r;

	if (!say(keeper, client, NULL, true, peer)) {
		return 0;
	}
	homes_settings_changed(keeper->core->homes);
	gather = gather_new(keeper, client, peer);
	if (!gather) {
		return -ENOMEM;
	}
	r = keeper_keep(keeper, client, gather);
	gather->failed = gather->failed || r < 0;
	keeper_release(gather);
	return r == -ENOMEM ? r : 0;
}

static int ask_undo(
	struct keeper *keeper, const char *client, const char *key, const struct errand *errand)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	int r;

	if (client) {
		json_build_string(&build, "client", client);
	} else {
		json_build_null(&build, "client");
	}
	if (key) {
		json_build_string(&build, "key", key);
	} else {
		json_build_null(&build, "key");
	}
	r = json_build_finish(&build, &body);
	return r == 0 ? keeper_send(keeper, IPC_HAND_UNDO, body, errand) : r;
}

/* First no more keeping, then putting back: else the one would fight the other. */
int keeper_undo(struct keeper *keeper, const char *client, const char *key, uint64_t peer)
{
	struct errand errand = {.keeper = keeper};
	int r;

	if (!say(keeper, client, key, false, peer)) {
		return 0;
	}
	homes_settings_changed(keeper->core->homes);
	homes_undo(keeper->core->homes, client, key);
	errand.gather = gather_new(keeper, client, peer);
	if (!errand.gather) {
		return -ENOMEM;
	}
	(void)snprintf(errand.client, sizeof(errand.client), "%s", client ? client : "");
	r = ask_undo(keeper, client, key, &errand);
	errand.gather->failed = r < 0;
	keeper_release(errand.gather);
	return r == -ENOMEM ? r : 0;
}

int keeper_add_plan(struct keeper *keeper, struct json_build *array)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	int r = profiles_read(keeper->core, NULL, &profiles);

	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		const struct enforce_profile *profile = profiles.items[i];
		struct keeper_client *client = keeper_find(keeper, profile->id);
		struct enforce_plan plan = {0};

		if (!client) {
			continue;
		}
		r = profiles_plan(
			keeper->core, profile, profiles_policy_tier(keeper->core, profile), &plan);
		if (r == 0) {
			keeper_add_changes(client, &plan, true, array);
		}
		enforce_plan_finish(&plan);
	}
	return r;
}

void keeper_add_clients(const struct keeper *keeper, struct json_build *array)
{
	for (size_t i = 0; i < keeper->n_clients; i++) {
		const struct keeper_client *client = keeper->clients[i];
		struct json_build item = json_build_object();

		json_build_string(&item, "client", client->id);
		json_build_int(&item, "drifted", (int64_t)client->drifted);
		json_build_bool(&item, "installed", client->installed);
		json_build_int(&item, "kept", (int64_t)client->kept);
		json_build_string(&item, "tier", enforce_tier_name(client->tier));
		json_build_null(&item, "uid");
		json_build_join(array, NULL, &item);
	}
}

/* Newest first */
void keeper_add_restored(const struct keeper *keeper, struct json_build *array)
{
	size_t n =
		keeper->n_restored < KEEPER_RESTORED_MAX ? keeper->n_restored : KEEPER_RESTORED_MAX;

	for (size_t i = 1; i <= n; i++) {
		const struct restored *restored =
			&keeper->restored[(keeper->n_restored - i) % KEEPER_RESTORED_MAX];
		struct json_build item = json_build_object();

		json_build_int(&item, "at", restored->at);
		json_build_string(&item, "client", restored->client);
		json_build_string(&item, "key", restored->key);
		json_build_join(array, NULL, &item);
	}
}

static void add_left(
	struct json_build *list, const char *client, const char *key, const struct rules *rules)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "client", client);
	json_build_string(&item, "key", key ? key : "");
	/* with a default of keeping, only the owner's own word says no */
	json_build_bool(&item, "undo", !rules_keep(rules, true, client, key));
	json_build_join(list, NULL, &item);
}

/* What of this client is not kept. Whether any of it is. */
static bool add_all_left(
	const struct core *core, const struct enforce_profile *profile, struct json_build *list)
{
	const struct rules *rules = &core->state.rules;
	bool school = core_school_owned(core);

	if (!rules_keep(rules, school, profile->id, NULL)) {
		add_left(list, profile->id, NULL, rules);
		return false;
	}
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (!rules_keep(rules, school, profile->id, profile->settings[i].key)) {
			add_left(list, profile->id, profile->settings[i].key, rules);
		}
	}
	return true;
}

/* Which profile it is: what it says, the worker takes from its own. */
static void add_profile(struct json_build *list, const struct enforce_profile *profile)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "id", profile->id);
	json_build_join(list, NULL, &item);
}

static void add_groups(const struct core *core, struct json_build *body)
{
	struct json_build groups = json_build_array();

	for (int i = 0; i < PERSONAL_GROUP_COUNT; i++) {
		if (claims_wanted(core->claims) & 1U << i) {
			json_build_string(
				&groups, NULL, personal_group_code((enum personal_group)i));
		}
	}
	json_build_join(body, "facts", &groups);
}

int keeper_home_settings(struct keeper *keeper, struct json_object **ret_body)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	const struct core *core = keeper->core;
	struct json_build list = json_build_array();
	struct json_build left = json_build_array();
	struct json_build tiers = json_build_object();
	struct json_build body = json_build_object();
	bool keep = false;
	int r = profiles_read(core, NULL, &profiles);

	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		const struct enforce_profile *profile = profiles.items[i];
		enum enforce_tier tier = profiles_policy_tier(core, profile);

		if (enforce_profile_has(profile, ENFORCE_USER)) {
			keep = add_all_left(core, profile, &left) || keep;
			add_profile(&list, profile);
			json_build_string(&tiers, profile->id, enforce_tier_name(tier));
		}
	}
	add_groups(core, &body);
	json_build_int(&body, "format", 1);
	json_build_bool(&body, "keep", keep);
	json_build_join(&body, "left", &left);
	json_build_join(&body, "profiles", &list);
	json_build_join(&body, "tiers", &tiers);
	if (r < 0) {
		json_build_drop(&body);
		return r;
	}
	return json_build_finish(&body, ret_body);
}
