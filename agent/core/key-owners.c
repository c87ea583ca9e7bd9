/* SPDX-License-Identifier: Apache-2.0 */
#include "key-owners.h"

#include "gates.h"
#include "homes.h"
#include "keeper.h"
#include "profiles.h"

#include <stdio.h>
#include <string.h>

static void add(struct key_owners *owners, const char *id)
{
	size_t at = 0;

	while (at < owners->n && strcmp(owners->ids[at], id) < 0) {
		at++;
	}
	if (strlen(id) > RULES_CLIENT_MAX || owners->n == KEY_OWNERS_MAX ||
		(at < owners->n && strcmp(owners->ids[at], id) == 0)) {
		return;
	}
	memmove(owners->ids[at + 1], owners->ids[at], (owners->n - at) * sizeof(owners->ids[0]));
	(void)snprintf(owners->ids[at], sizeof(owners->ids[at]), "%s", id);
	owners->n++;
}

static int add_written(const struct core *core, const char *key, struct key_owners *owners)
{
	cleanup(enforce_changes_finish) struct enforce_changes written = {0};
	int r = profiles_written(core, &written);

	for (size_t i = 0; r == 0 && i < written.len; i++) {
		if (strcmp(written.items[i].key, key) == 0) {
			add(owners, written.items[i].client);
		}
	}
	return r;
}

bool key_owners_wrote(const struct core *core, const char *client, const char *key)
{
	cleanup(enforce_changes_finish) struct enforce_changes written = {0};
	bool wrote = false;

	if (profiles_written(core, &written) < 0) {
		return false;
	}
	for (size_t i = 0; i < written.len && !wrote; i++) {
		wrote = strcmp(written.items[i].client, client) == 0 &&
			(!key || strcmp(written.items[i].key, key) == 0);
	}
	return wrote;
}

static bool has_key(const struct enforce_profiles *profiles, const char *id, const char *key)
{
	const struct enforce_profile *profile = enforce_profiles_find(profiles, id);
	bool has = strcmp(key, GATES_KEY) == 0 && gate_find(id);

	for (size_t i = 0; profile && i < profile->n_settings && !has; i++) {
		has = strcmp(profile->settings[i].key, key) == 0;
	}
	return has;
}

static int installed(
	const struct core *core, const struct control_call *call, struct json_object **ret_list)
{
	struct json_build clients = json_build_array();

	keeper_add_clients(core->keeper, &clients);
	homes_add_clients(core->homes, call->uid, call->admin, &clients);
	return json_build_finish(&clients, ret_list);
}

int key_owners_find(
	const struct core *core, const struct control_call *call, struct key_owners *ret_owners)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	cleanup(json_put) struct json_object *clients = NULL;
	struct key_owners owners = {.n = 0};
	int r = profiles_read(core, NULL, &profiles);

	if (r == 0) {
		r = installed(core, call, &clients);
	}
	if (r == 0) {
		r = add_written(core, call->key, &owners);
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(clients); i++) {
		struct json_object *client = json_object_array_get_idx(clients, i);
		const char *id = json_object_get_string(json_object_object_get(client, "client"));

		if (id && json_object_get_boolean(json_object_object_get(client, "installed")) &&
			has_key(&profiles, id, call->key)) {
			add(&owners, id);
		}
	}
	if (r == 0) {
		*ret_owners = owners;
	}
	return r;
}
