/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of the keeper: the owner's word, and what there is to show. */
#include "keeper.h"

#include "control.h"
#include "gates.h"
#include "guard.h"
#include "homes.h"
#include "keeper-parts.h"
#include "key-owners.h"
#include "kept.h"
#include "later.h"
#include "log.h"
#include "shorter.h"
#include "wall-plan.h"

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
		json_build_join(&body, "changes", &gather->changes);
		if (guard_waits_s(gather->keeper->core->guard) > 0) {
			json_build_int(&body, "confirm_seconds",
				guard_waits_s(gather->keeper->core->guard));
		}
		json_build_int(&body, "format", 1);
		json_build_int(&body, "unheard", (int64_t)gather->unheard);
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

/* With the value that would be written */
static int to_json(const struct core *core, const struct enforce_change *change,
	struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *to = NULL;
	struct enforce_change shown = *change;
	int r = 0;

	if (change->result == ENFORCE_PLANNED) {
		r = shorter_value(core, change->client, change->key, change->to, &to);
		shown.to = to;
	}
	return r == 0 ? enforce_change_to_json(&shown, ret_object) : r;
}

void keeper_add_changes(const struct core *core, const struct keeper_client *client,
	const struct enforce_plan *plan, bool planned_too, struct json_build *array)
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
		json_build_take(array, NULL, to_json(core, &change, &object) == 0 ? object : NULL);
	}
}

static bool named(const struct keeper *keeper, const char *id, const char *key)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	const struct enforce_profile *profile;

	if (gate_find(id) && (!key || strcmp(key, GATES_KEY) == 0)) {
		return true;
	}
	if (profiles_read(keeper->core, id, &profiles) != 0) {
		return false;
	}
	profile = enforce_profiles_find(&profiles, id);
	for (size_t i = 0; profile && key && i < profile->n_settings; i++) {
		if (strcmp(profile->settings[i].key, key) == 0) {
			return true;
		}
	}
	return profile && !key;
}

static bool is_firewall(const char *client)
{
	return client && strcmp(client, WALL_CLIENT) == 0;
}

bool keeper_knows(const struct keeper *keeper, const char *client)
{
	return is_firewall(client) || named(keeper, client, NULL);
}

/* Notes the owner's word on disk; false when the peer has been told why not. */
static bool say(
	struct keeper *keeper, const char *client, const char *key, bool keep, uint64_t peer)
{
	struct core *core = keeper->core;
	int r;

	/* what no profile names any more may still lie in a journal, and is undone */
	if (client && !is_firewall(client) && !named(keeper, client, key) &&
		(keep || !key_owners_wrote(core, client, key))) {
		control_fail(core->control, peer, "unknown-client",
			"client, key: there is no profile of this name, or no such setting in it");
		return false;
	}
	r = kept_say(core, client, key, keep);
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

/* What the users' workers did comes in beside what caretaker-hand did. */
static void on_heard(size_t unheard, void *data)
{
	struct gather *gather = data;

	gather->unheard = unheard;
	keeper_release(gather);
}

static int await_homes(struct gather *gather)
{
	int r = homes_await(gather->keeper->core->homes,
		gather->client[0] != '\0' ? gather->client : NULL, &gather->changes, on_heard,
		gather);

	gather->pending += r == 0;
	return r;
}

int keeper_enforce(struct keeper *keeper, const char *client, const char *key, uint64_t peer)
{
	struct gather *gather;
	int r = 0;

	key = is_firewall(client) ? NULL : key; /* one thing, whatever its manager calls it */
	if (!say(keeper, client, key, true, peer)) {
		return 0;
	}
	gather = gather_new(keeper, client, peer);
	if (!gather) {
		return -ENOMEM;
	}
	homes_settings_changed(keeper->core->homes);
	r = is_firewall(client) ? 0 : await_homes(gather);
	if (r == 0 && (!client || is_firewall(client))) {
		r = guard_enforce(keeper->core->guard, gather);
	}
	if (r == 0 && !is_firewall(client)) {
		r = keeper_keep(keeper, client, gather);
	}
	if (r == 0 && (!key || strcmp(key, GATES_KEY) == 0)) {
		r = gatekeeper_keep(keeper->gatekeeper, client, gather);
	}
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
	int r = 0;

	key = is_firewall(client) ? NULL : key; /* one thing, whatever its manager calls it */
	if (!say(keeper, client, key, false, peer)) {
		return 0;
	}
	errand.gather = gather_new(keeper, client, peer);
	if (!errand.gather) {
		return -ENOMEM;
	}
	homes_undo(keeper->core->homes, client, key);
	(void)snprintf(errand.client, sizeof(errand.client), "%s", client ? client : "");
	r = is_firewall(client) ? 0 : await_homes(errand.gather);
	if (r == 0 && (!client || is_firewall(client))) {
		r = guard_undo(keeper->core->guard, errand.gather);
	}
	if (r == 0 && !is_firewall(client)) {
		r = ask_undo(keeper, client, key, &errand);
	}
	errand.gather->failed = r < 0;
	keeper_release(errand.gather);
	return r == -ENOMEM ? r : 0;
}

int keeper_confirm(struct keeper *keeper, uint64_t peer)
{
	struct gather *gather = gather_new(keeper, WALL_CLIENT, peer);
	int r;

	if (!gather) {
		return -ENOMEM;
	}
	r = guard_confirm(keeper->core->guard, gather);
	gather->failed = r < 0;
	keeper_release(gather);
	return r == -ENOMEM ? r : 0;
}

int keeper_add_plan(struct keeper *keeper, const char *id, struct json_build *array)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	int r = profiles_read(keeper->core, id, &profiles);

	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		const struct enforce_profile *profile = profiles.items[i];
		struct keeper_client *client = keeper_find(keeper, profile->id);
		struct enforce_plan plan = {0};

		if (!client || (id && strcmp(profile->id, id) != 0)) {
			continue;
		}
		r = profiles_plan(
			keeper->core, profile, profiles_policy_tier(keeper->core, profile), &plan);
		if (r == 0) {
			keeper_add_changes(keeper->core, client, &plan, true, array);
		}
		enforce_plan_finish(&plan);
	}
	if (r == 0) {
		r = gatekeeper_add_plan(keeper->gatekeeper, id, array);
	}
	return r == 0 && (!id || is_firewall(id)) ? guard_add_plan(keeper->core->guard, array) : r;
}

static const char *later_of(const struct core *core, const struct keeper_client *client)
{
	if (later_started_before(clock_read(), client->start_s)) {
		return "start";
	}
	return later_signed_in_before(&core->root, client->sign_in_s) ? "sign-in" : NULL;
}

static void add_later(const char *client, const char *when, struct json_build *array)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "client", client);
	json_build_string(&item, "when", when);
	json_build_join(array, NULL, &item);
}

void keeper_add_later(const struct keeper *keeper, uid_t uid, struct json_build *array)
{
	const struct core *core = keeper->core;
	struct clock_now now = clock_read();

	for (size_t i = 0; kept_at_all(core) && i < keeper->n_clients; i++) {
		const struct keeper_client *client = keeper->clients[i];

		if (client->kept == 0 || client->tier == ENFORCE_OFF) {
			continue;
		}
		if (later_started_before(now, client->start_s)) {
			add_later(client->id, "start", array);
		} else if (later_signed_in_since(&core->root, uid, client->sign_in_s)) {
			add_later(client->id, "sign-in", array);
		}
	}
	for (size_t i = 0; i < gates_len; i++) {
		if (gatekeeper_waits(keeper->gatekeeper, gates[i].client)) {
			add_later(gates[i].client, "close", array);
		}
	}
}

void keeper_add_client(const struct keeper_client *client, struct gatekeeper_count gate,
	const char *later, struct json_build *array)
{
	struct json_build item = json_build_object();

	/* a gate is something that is set where no setting can be */
	json_build_bool(&item, "assessed", client->assessed && !gate.installed);
	json_build_string(&item, "client", client->id);
	json_build_int(&item, "drifted", (int64_t)(client->drifted + gate.drifted));
	json_build_bool(&item, "installed", client->installed || gate.installed);
	json_build_int(&item, "kept", (int64_t)(client->kept + gate.kept));
	if (later) {
		json_build_string(&item, "later", later);
	}
	json_build_string(&item, "tier", enforce_tier_name(client->tier));
	json_build_null(&item, "uid");
	json_build_join(array, NULL, &item);
}

static bool is_listed(const char *client, const void *data)
{
	const struct keeper *keeper = data;

	for (size_t i = 0; i < keeper->n_clients; i++) {
		if (strcmp(keeper->clients[i]->id, client) == 0) {
			return true;
		}
	}
	return false;
}

void keeper_add_clients(const struct keeper *keeper, struct json_build *array)
{
	for (size_t i = 0; i < keeper->n_clients; i++) {
		const struct keeper_client *client = keeper->clients[i];

		keeper_add_client(client, gatekeeper_count(keeper->gatekeeper, client->id),
			later_of(keeper->core, client), array);
	}
	gatekeeper_add_clients(keeper->gatekeeper, is_listed, keeper, array);
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

size_t keeper_asked(const struct keeper *keeper)
{
	const struct core *core = keeper->core;
	size_t asked = guard_is_due(core->guard) &&
		       kept_setting(core, WALL_CLIENT, "input", NULL) == KEPT_ASKED;

	for (size_t i = 0; i < keeper->n_clients; i++) {
		asked += keeper->clients[i]->asked;
	}
	return asked + gatekeeper_asked(keeper->gatekeeper);
}
