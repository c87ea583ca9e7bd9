/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include "hand.h"
#include "homes.h"
#include "keeper-parts.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

struct keeper_client *keeper_find(struct keeper *keeper, const char *id)
{
	for (size_t i = 0; i < keeper->n_clients; i++) {
		if (strcmp(keeper->clients[i]->id, id) == 0) {
			return keeper->clients[i];
		}
	}
	return NULL;
}

void keeper_note_restored(struct keeper *keeper, const char *client, const char *key)
{
	struct restored *slot = &keeper->restored[keeper->n_restored++ % KEEPER_RESTORED_MAX];

	(void)snprintf(slot->client, sizeof(slot->client), "%s", client);
	(void)snprintf(slot->key, sizeof(slot->key), "%s", key);
	slot->at = clock_read().wall_s;
}

static void note_changes(struct errand *errand, struct json_object *changes)
{
	for (size_t i = 0; i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);
		struct json_object *result = json_object_object_get(change, "result");
		struct json_object *key = json_object_object_get(change, "key");

		if (errand->gather) {
			json_build_share(&errand->gather->changes, NULL, change);
		}
		if (errand->drift && json_object_is_type(key, json_type_string) &&
			json_object_is_type(result, json_type_string) &&
			strcmp(json_object_get_string(result), "applied") == 0) {
			keeper_note_restored(
				errand->keeper, errand->client, json_object_get_string(key));
		}
	}
}

/* For whoever is left alone the shortest time */
static int arm_timer(const struct keeper *keeper)
{
	int64_t now_ms = clock_read().boot_ms;
	int64_t nearest = -1;

	for (size_t i = 0; i < keeper->n_clients; i++) {
		int64_t left_ms = keeper_client_left_ms(keeper->clients[i], now_ms);

		if (left_ms > 0 && (nearest < 0 || left_ms < nearest)) {
			nearest = left_ms;
		}
	}
	return loop_timer_set(keeper->timer, nearest);
}

static int verify(struct keeper *keeper, struct keeper_client *client);

static void on_done(int error, struct json_object *changes, void *data)
{
	struct errand *errand = data;
	struct keeper *keeper = errand->keeper;
	struct keeper_client *client = keeper_find(keeper, errand->client);

	if (error == 0) {
		note_changes(errand, changes);
		if (client && errand->counted && json_object_array_length(changes) == 0) {
			keeper_client_uncount(client);
		}
	} else if (errand->gather) {
		errand->gather->failed = true;
	}
	if (client && error != -ECANCELED && verify(keeper, client) < 0) {
		log_error("could not look at %s again", client->id);
	}
	if (client && error < 0 && error != -ECANCELED) {
		keeper_client_pause(client, clock_read().boot_ms);
		(void)!arm_timer(keeper);
	}
	if (client && client->pending == 0 && error != -ECANCELED && keeper->core->homes) {
		homes_later_changed(keeper->core->homes);
	}
	if (errand->gather) {
		keeper_release(errand->gather);
	}
	free(errand);
}

int keeper_send(struct keeper *keeper, enum ipc_type type, struct json_object *body,
	const struct errand *template)
{
	struct keeper_client *client = keeper_find(keeper, template->client);
	struct errand *errand = malloc(sizeof(*errand));
	int r;

	if (!errand) {
		return -ENOMEM;
	}
	*errand = *template;
	r = hand_ask(keeper->core->hand, type, body, on_done, errand);
	if (r < 0) {
		free(errand);
		return r;
	}
	if (errand->gather) {
		errand->gather->pending++;
	}
	if (client) {
		client->pending++;
	}
	return 0;
}

static int send_writes(struct keeper *keeper, const struct enforce_profile *profile,
	enum enforce_tier tier, const struct enforce_plan *plan, const struct errand *template)
{
	cleanup(json_put) struct json_object *writes = NULL;
	int r = profiles_writes(keeper->core, profile, tier, plan, &writes);

	for (size_t i = 0; r == 0 && i < json_object_array_length(writes); i++) {
		r = keeper_send(
			keeper, IPC_HAND_WRITE, json_object_array_get_idx(writes, i), template);
	}
	return r;
}

/*
 * Plans one client and has written what is to be written. gather: somebody waits for the result;
 * then a pause after somebody's rewriting ends, too.
 */
static int keep(struct keeper *keeper, const struct enforce_profile *profile,
	struct keeper_client *client, struct gather *gather)
{
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	enum enforce_tier tier = profiles_tier(keeper->core, profile);
	struct errand errand = {.keeper = keeper, .gather = gather};
	struct profiles_due due;
	int r = profiles_plan(
		keeper->core, profile, profiles_policy_tier(keeper->core, profile), &plan);

	if (r < 0) {
		return r;
	}
	due = profiles_due(keeper->core, &plan);
	keeper_client_see(client, &plan, profiles_policy_tier(keeper->core, profile));
	client->asked = due.asked;
	if (gather) {
		keeper_client_forgive(client);
		keeper_add_changes(keeper->core, client, &plan, false, &gather->changes);
	}
	(void)snprintf(errand.client, sizeof(errand.client), "%s", client->id);
	if (client->pending == 0) {
		r = keeper_lower(keeper, profile, &errand);
		if (r < 0) {
			return r;
		}
	}
	if (tier == ENFORCE_OFF || !plan.installed || due.wanted == 0) {
		/* Nobody changed what a client brings when it is installed. */
		if (!plan.installed) {
			client->settled = false;
			return 0;
		}
		client->settled = client->settled && tier != ENFORCE_OFF;
		client->settled = client->settled || (tier != ENFORCE_OFF && due.differing == 0);
		return 0;
	}
	/* What is being written shows nothing of what it will be. */
	if (client->pending > 0 && !gather) {
		client->again = true;
		return 0;
	}
	if (!gather && !keeper_client_may_write(client, clock_read().boot_ms)) {
		return arm_timer(keeper);
	}
	errand.counted = !gather;
	errand.drift = client->settled && !gather;
	return send_writes(keeper, profile, tier, &plan, &errand);
}

static int look_again(struct keeper *keeper, struct keeper_client *client)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	const struct enforce_profile *profile;
	int r = profiles_read(keeper->core, client->id, &profiles);

	profile = r == 0 ? enforce_profiles_find(&profiles, client->id) : NULL;
	if (!profile) {
		return r;
	}
	r = profiles_plan(
		keeper->core, profile, profiles_policy_tier(keeper->core, profile), &plan);
	if (r == 0) {
		struct profiles_due due = profiles_due(keeper->core, &plan);

		keeper_client_see(client, &plan, profiles_policy_tier(keeper->core, profile));
		client->asked = due.asked;
		client->settled = client->settled || due.differing == 0;
	}
	return r;
}

int keeper_keep(struct keeper *keeper, const char *id, struct gather *gather)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	int r = profiles_read(keeper->core, id, &profiles);

	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		const struct enforce_profile *profile = profiles.items[i];
		struct keeper_client *client = keeper_find(keeper, profile->id);

		if (client && (!id || strcmp(id, client->id) == 0)) {
			r = keep(keeper, profile, client, gather);
		}
	}
	return r;
}

/* What was written is read again; what changed while it was written is kept once more. */
static int verify(struct keeper *keeper, struct keeper_client *client)
{
	bool again = client->again && client->pending <= 1;

	client->pending -= client->pending > 0;
	if (client->pending > 0) {
		return 0;
	}
	client->again = false;
	if (again) {
		return keeper_keep(keeper, client->id, NULL);
	}
	return look_again(keeper, client);
}

static void on_change(enum watch_kind kind, const void *token, void *data)
{
	const struct keeper_client *client = token;
	int r = keeper_keep(data, client->id, NULL);

	(void)kind;
	if (r < 0) {
		log_error("could not look after a client's settings: %s", strerror(-r));
	}
}

static int on_timer(struct loop_source *source, void *data)
{
	int r = arm_timer(data); /* for the others that still wait */

	(void)source;
	if (r == 0) {
		r = keeper_keep(data, NULL, NULL);
	}
	return r == -ENOMEM ? r : 0;
}

struct watching {
	struct keeper *keeper;
	const struct keeper_client *client;
};

static int watch_path(const char *path, void *data)
{
	struct watching *watching = data;
	int r = watch_add_file(watching->keeper->watch, path + strspn(path, "/"), watching->client);

	if (r < 0 && r != -ENOMEM) {
		log_warning("could not watch a file of %s: %s", watching->client->id, strerror(-r));
		return 0;
	}
	return r;
}

static int add_client(struct keeper *keeper, const struct enforce_profile *profile)
{
	struct enforce_place place = {.root = keeper->core->root, .home = -1, .owner = 0};
	struct watching watching = {.keeper = keeper};
	struct keeper_client *client;

	if (!enforce_profile_has(profile, ENFORCE_SYSTEM) ||
		keeper->n_clients == KEEPER_CLIENTS_MAX) {
		return 0;
	}
	client = calloc(1, sizeof(*client));
	if (!client) {
		return -ENOMEM;
	}
	(void)snprintf(client->id, sizeof(client->id), "%s", profile->id);
	keeper->clients[keeper->n_clients++] = client;
	watching.client = client;
	return enforce_plan_paths(&place, profile, watch_path, &watching);
}

static void forget_clients(struct keeper *keeper)
{
	watch_free(TAKE_PTR(keeper->watch));
	while (keeper->n_clients > 0) {
		free(keeper->clients[--keeper->n_clients]);
	}
}

int keeper_begin(struct keeper *keeper)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	int r;

	forget_clients(keeper);
	r = watch_new(keeper->core->loop, &keeper->core->root, on_change, keeper, &keeper->watch);
	if (r == 0) {
		r = profiles_admit(keeper->core);
	}
	if (r == 0) {
		r = profiles_read(keeper->core, NULL, &profiles);
	}
	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		r = add_client(keeper, profiles.items[i]);
	}
	/* Without profiles there is nothing to keep, and all else goes on. */
	if (r == 0) {
		r = keeper_keep(keeper, NULL, NULL);
	}
	if (r == 0) {
		r = keeper_wake_hand(keeper);
	}
	return r == -ENOMEM ? r : gatekeeper_begin(keeper->gatekeeper);
}

/* Whoever changes a setting now is the exemption, which nothing is held against. */
int keeper_exemptions_changed(struct keeper *keeper)
{
	int r;

	for (size_t i = 0; i < keeper->n_clients; i++) {
		struct keeper_client *client = keeper->clients[i];

		keeper_client_forgive(client);
		client->settled = false;
		client->again = client->pending > 0;
	}
	r = keeper_keep(keeper, NULL, NULL);
	if (r != -ENOMEM) {
		r = gatekeeper_keep(keeper->gatekeeper, NULL, NULL);
	}
	return r == -ENOMEM ? r : 0;
}

int keeper_new(struct core *core, struct keeper **ret_keeper)
{
	cleanup(keeper_free_p) struct keeper *keeper = calloc(1, sizeof(*keeper));
	int r;

	if (!keeper) {
		return -ENOMEM;
	}
	keeper->core = core;
	r = loop_add_timer(core->loop, on_timer, keeper, &keeper->timer);
	if (r == 0) {
		r = gatekeeper_new(keeper, &keeper->gatekeeper);
	}
	if (r == 0) {
		*ret_keeper = TAKE_PTR(keeper);
	}
	return r;
}

void keeper_free(struct keeper *keeper)
{
	if (keeper) {
		forget_clients(keeper);
		gatekeeper_free(keeper->gatekeeper);
		loop_source_free(keeper->timer);
		free(keeper);
	}
}

void keeper_free_p(struct keeper **keeper)
{
	keeper_free(*keeper);
}
