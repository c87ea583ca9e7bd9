/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include "apply.h"
#include "bounds.h"
#include "clock.h"
#include "home-watch.h"
#include "keeper-changes.h"
#include "keeper-state.h"
#include "kept.h"
#include "person.h"
#include "private.h"
#include "redact.h"
#include "running.h"

#include <string.h>

struct keeper {
	struct keeper_config config;
	struct home_watch *watch;
	struct loop_source *timer; /* the end of the nearest truce */
	struct running *running;
	struct enforce_person person;
	char *folder;		  /* of the person */
	struct json_object *left; /* of the settings */
	struct enforce_profiles profiles;
	struct kept_client *clients;
	size_t n_clients;
	bool keep;
	struct enforce_changes changes; /* of the last look */
	struct keeper_restored restored;
	int64_t serial; /* of the last message that was taken */
};

static void drop_settings(struct keeper *keeper)
{
	free(keeper->clients);
	keeper->clients = NULL;
	keeper->n_clients = 0;
	enforce_profiles_finish(&keeper->profiles);
}

void keeper_free(struct keeper *keeper)
{
	if (!keeper) {
		return;
	}
	home_watch_free(keeper->watch);
	loop_source_free(keeper->timer);
	running_free(keeper->running);
	free(keeper->folder);
	json_object_put(keeper->left);
	drop_settings(keeper);
	enforce_changes_finish(&keeper->changes);
	keeper_restored_finish(&keeper->restored);
	free(keeper);
}

void keeper_free_p(struct keeper **keeper)
{
	keeper_free(*keeper);
}

static int watch_path(const char *path, void *data)
{
	struct keeper *keeper = data;

	return home_watch_add(keeper->watch, &keeper->config.place, path);
}

static int watch_all(struct keeper *keeper)
{
	int r = 0;

	home_watch_begin(keeper->watch);
	for (size_t i = 0; i < keeper->n_clients && r == 0; i++) {
		r = enforce_plan_paths(
			&keeper->config.place, keeper->clients[i].profile, watch_path, keeper);
	}
	home_watch_end(keeper->watch);
	return r;
}

static int arm_timer(struct keeper *keeper)
{
	int64_t now = clock_read().boot_ms, next = -1;

	for (size_t i = 0; i < keeper->n_clients; i++) {
		int64_t until = keeper->clients[i].truce.until_ms;

		if (until != 0 && (next < 0 || until - now < next)) {
			next = until > now ? until - now : 0;
		}
	}
	return loop_timer_set(keeper->timer, next);
}

static int report_broken_journal(struct keeper *keeper, struct enforce_changes *changes)
{
	int r = 0;

	for (size_t i = 0; i < keeper->n_clients && r == 0; i++) {
		size_t first = changes->len;

		r = kept_count(&keeper->clients[i], &keeper->config.place, NULL, changes);
		for (size_t j = first; j < changes->len && keeper->keep; j++) {
			changes->items[j].result = ENFORCE_FAILED;
			changes->items[j].error = ENFORCE_ERROR_JOURNAL;
		}
	}
	return r;
}

static int take_changes(struct keeper *keeper, struct enforce_changes *changes, bool always)
{
	bool other =
		always || keeper->restored.anew || !keeper_changes_same(&keeper->changes, changes);

	keeper->restored.anew = false;
	enforce_changes_finish(&keeper->changes);
	keeper->changes = *changes;
	*changes = (struct enforce_changes){0};
	return other ? keeper->config.changed(keeper->config.data) : 0;
}

/* Watches first: what changes while it is looked at is seen afterwards. */
static int look(struct keeper *keeper, bool always)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	int r;

	running_forget(keeper->running);
	r = watch_all(keeper);
	if (r == 0) {
		r = enforce_journal_open(keeper->config.state, &journal);
	}
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || keeper->config.state < 0) {
		r = report_broken_journal(keeper, &changes);
	} else {
		for (size_t i = 0; i < keeper->n_clients && r == 0; i++) {
			r = kept_look(&keeper->clients[i], &keeper->config.place, keeper->keep,
				&journal, &changes, &keeper->restored);
		}
	}
	if (r == 0) {
		r = enforce_changes_redact(&changes, &keeper->profiles);
	}
	if (r == 0) {
		r = arm_timer(keeper);
	}
	return r == 0 ? take_changes(keeper, &changes, always) : r;
}

static int on_watch(void *data)
{
	return look(data, false);
}

/* A client was closed: what waited for that is put back, or set. */
static int on_closed(void *data)
{
	struct keeper *keeper = data;
	int r;

	running_forget(keeper->running);
	r = left_put_back(keeper->left, &keeper->config.place, keeper->config.state);
	return r < 0 ? r : look(keeper, false);
}

static bool client_runs(const struct enforce_file *file, void *data)
{
	struct keeper *keeper = data;

	return running_has(keeper->running, file);
}

static int on_timer(struct loop_source *source, void *data)
{
	(void)source;
	return look(data, false);
}

int keeper_new(struct loop *loop, const struct keeper_config *config, struct keeper **ret_keeper)
{
	cleanup(keeper_free_p) struct keeper *keeper = calloc(1, sizeof(*keeper));
	int r;

	if (!keeper) {
		return -ENOMEM;
	}
	keeper->config = *config;
	r = home_watch_new(loop, on_watch, keeper, &keeper->watch);
	if (r == 0) {
		r = loop_add_timer(loop, on_timer, keeper, &keeper->timer);
	}
	if (r == 0) {
		r = running_new(loop, config->proc, config->place.owner, on_closed, keeper,
			&keeper->running);
	}
	keeper->person = (struct enforce_person){
		.runs = client_runs, .data = keeper, .profiles = &keeper->profiles};
	keeper->config.place.person = &keeper->person;
	if (r == 0) {
		*ret_keeper = TAKE_PTR(keeper);
	}
	return r;
}

static int take_settings(struct keeper *keeper, const struct keeper_settings *settings,
	struct enforce_profiles *profiles)
{
	struct kept_client *clients = calloc(profiles->len + 1, sizeof(*clients));
	size_t n = 0;
	int r = clients ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < profiles->len; i++) {
		if (enforce_profile_has(profiles->items[i], ENFORCE_USER)) {
			clients[n] = (struct kept_client){.profile = profiles->items[i],
				.tier = keeper_settings_tier(
					settings->tiers, profiles->items[i]->id)};
			r = left_read(settings->left, clients[n].profile, &clients[n].left);
			n++;
		}
	}
	if (r != 0) {
		free(clients);
		return r;
	}
	/* a truce outlives new settings: the client does not change its ways by them */
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < keeper->n_clients; j++) {
			if (strcmp(clients[i].profile->id, keeper->clients[j].profile->id) == 0) {
				clients[i].truce = keeper->clients[j].truce;
			}
		}
	}
	drop_settings(keeper);
	keeper->profiles = *profiles;
	*profiles = (struct enforce_profiles){0};
	keeper->clients = clients;
	keeper->n_clients = n;
	keeper->keep = settings->keep;
	return 0;
}

static int see_folder(struct keeper *keeper)
{
	char *folder;
	int r = private_folder(&keeper->config.place.root, keeper->config.place.home, &folder);

	if (r == 0) {
		free(keeper->folder);
		keeper->folder = folder;
		keeper->person.folder = folder;
	}
	return r;
}

int keeper_set(struct keeper *keeper, struct json_object *settings)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	struct keeper_settings read;
	int r = keeper_settings_read(settings, &read);

	if (r == 0) {
		r = bounds_user_profiles(read.profiles, &profiles);
	}
	if (r == 0) {
		r = take_settings(keeper, &read, &profiles);
	}
	if (r == 0) {
		r = see_folder(keeper);
	}
	if (r == 0) {
		keeper->serial = read.serial;
		json_object_put(keeper->left);
		keeper->left = json_object_get(read.left);
		running_forget(keeper->running);
		r = left_put_back(keeper->left, &keeper->config.place, keeper->config.state);
	}
	return r == 0 ? look(keeper, true) : r;
}

/* Left alone until the settings that follow say so themselves */
static void hold(struct kept_client *client, const struct keeper_undo *undo)
{
	const struct enforce_profile *profile = client->profile;

	if (undo->client && strcmp(undo->client, profile->id) != 0) {
		return;
	}
	client->held = client->held || !undo->key;
	for (size_t i = 0; undo->key && i < profile->n_settings; i++) {
		if (strcmp(profile->settings[i].key, undo->key) == 0) {
			client->left.settings[i] = true;
		}
	}
}

int keeper_undo(struct keeper *keeper, struct json_object *body)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	struct keeper_undo undo;
	int r = keeper_undo_read(body, &undo);

	if (r != 0) {
		return r;
	}
	keeper->serial = undo.serial;
	for (size_t i = 0; i < keeper->n_clients; i++) {
		hold(&keeper->clients[i], &undo);
	}
	running_forget(keeper->running);
	r = enforce_journal_open(keeper->config.state, &journal);
	if (r == 0) {
		r = enforce_undo(&keeper->config.place, undo.client, undo.key, &journal, &changes);
	}
	for (size_t i = 0; i < keeper->n_clients && r == 0; i++) {
		r = kept_count(&keeper->clients[i], &keeper->config.place, &journal, NULL);
	}
	if (r >= 0) {
		/* a journal that cannot be read has nothing to say; the state then tells no undone
		 */
		r = enforce_changes_redact(&changes, &keeper->profiles);
	}
	return r == 0 ? take_changes(keeper, &changes, true) : r;
}

static bool any_waits(const struct keeper *keeper, const struct enforce_change *change)
{
	for (size_t i = 0; keeper->keep && i < keeper->n_clients; i++) {
		if (kept_waits(&keeper->clients[i], change)) {
			return true;
		}
	}
	return false;
}

int keeper_waiting(const struct keeper *keeper,
	int (*fn)(const struct enforce_profile *profile, void *data), void *data)
{
	int r = 0;

	for (size_t i = 0; r == 0 && keeper->keep && i < keeper->n_clients; i++) {
		bool found = false;

		for (size_t j = 0; !found && j < keeper->changes.len; j++) {
			found = kept_waits(&keeper->clients[i], &keeper->changes.items[j]);
		}
		r = found ? fn(keeper->clients[i].profile, data) : 0;
	}
	return r;
}

size_t keeper_asked(const struct keeper *keeper)
{
	size_t asked = 0;

	for (size_t i = 0; i < keeper->changes.len; i++) {
		const struct enforce_change *change = &keeper->changes.items[i];

		asked += change->result == ENFORCE_PLANNED && !any_waits(keeper, change);
	}
	return asked;
}

int keeper_state(const struct keeper *keeper, struct json_object **ret_body)
{
	cleanup(keeper_state_finish) struct keeper_state state = {0};
	int r = keeper_state_new(&keeper->changes, &keeper->restored, keeper->serial, &state);

	for (size_t i = 0; i < keeper->n_clients && r == 0; i++) {
		const struct kept_client *client = &keeper->clients[i];
		struct keeper_client row = {.id = client->profile->id,
			.installed = client->installed,
			.kept = client->kept,
			.drifted = client->drifted,
			.tier = enforce_tier_name(client->tier),
			.uid = keeper->config.place.owner};

		r = keeper_state_add(&state, &row);
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(state.body);
	}
	return r;
}
