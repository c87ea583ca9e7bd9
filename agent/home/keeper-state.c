/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper-state.h"

#include "json-build.h"
#include "left.h"
#include "teller.h"
#include "tidings.h"

#include <string.h>

#define STATE_FORMAT 1

static const struct json_field settings_fields[] = {
	{"asked", JSON_WANT_INT, offsetof(struct keeper_settings, asked), false, 0},
	{"exemptions", JSON_WANT_ARRAY, offsetof(struct keeper_settings, exemptions), false, 0},
	{"facts", JSON_WANT_ARRAY, offsetof(struct keeper_settings, facts), false,
		TELLER_GROUPS_MAX},
	{"format", JSON_WANT_INT, offsetof(struct keeper_settings, format), true, STATE_FORMAT},
	{"keep", JSON_WANT_BOOL, offsetof(struct keeper_settings, keep), true, 0},
	{"later", JSON_WANT_ARRAY, offsetof(struct keeper_settings, later), false,
		TIDINGS_LATER_MAX},
	{"left", JSON_WANT_ARRAY, offsetof(struct keeper_settings, left), false, LEFT_MAX},
	{"policy", JSON_WANT_INT, offsetof(struct keeper_settings, policy), false, 0},
	{"profiles", JSON_WANT_ARRAY, offsetof(struct keeper_settings, profiles), true,
		ENFORCE_PROFILES_MAX},
	{"serial", JSON_WANT_INT, offsetof(struct keeper_settings, serial), false, 0},
	{"tiers", JSON_WANT_OBJECT, offsetof(struct keeper_settings, tiers), true, 0},
};

int keeper_settings_read(struct json_object *body, struct keeper_settings *ret_settings)
{
	struct keeper_settings settings = {.asked = -1};
	int r = json_decode(body, settings_fields, ARRAY_LEN(settings_fields), &settings, NULL);

	if (r == 0) {
		*ret_settings = settings;
	}
	return r;
}

enum enforce_tier keeper_settings_tier(struct json_object *tiers, const char *client)
{
	struct json_object *value = NULL;
	enum enforce_tier tier = ENFORCE_OFF;

	if (json_object_object_get_ex(tiers, client, &value) &&
		json_object_is_type(value, json_type_string) &&
		enforce_tier_parse(json_object_get_string(value), &tier) < 0) {
		tier = ENFORCE_OFF;
	}
	return tier;
}

struct undo_wire {
	struct json_object *client, *key, *format;
	int64_t serial;
};

static const struct json_field undo_fields[] = {
	{"client", JSON_WANT_ANY, offsetof(struct undo_wire, client), false, 0},
	{"format", JSON_WANT_ANY, offsetof(struct undo_wire, format), false, 0},
	{"key", JSON_WANT_ANY, offsetof(struct undo_wire, key), false, 0},
	{"serial", JSON_WANT_INT, offsetof(struct undo_wire, serial), false, 0},
};

int keeper_undo_read(struct json_object *body, struct keeper_undo *ret_undo)
{
	struct undo_wire wire = {0};
	int r = json_decode(body, undo_fields, ARRAY_LEN(undo_fields), &wire, NULL);

	if (r != 0) {
		return r;
	}
	if ((wire.client && !json_object_is_type(wire.client, json_type_string)) ||
		(wire.key && !json_object_is_type(wire.key, json_type_string))) {
		return JSON_E_TYPE;
	}
	*ret_undo = (struct keeper_undo){
		.client = wire.client ? json_object_get_string(wire.client) : NULL,
		.key = wire.key ? json_object_get_string(wire.key) : NULL,
		.serial = wire.serial};
	return 0;
}

void keeper_restored_finish(struct keeper_restored *restored)
{
	for (size_t i = 0; i < restored->n; i++) {
		free(restored->items[i].client);
		free(restored->items[i].key);
	}
	restored->n = 0;
}

int keeper_restored_add(
	struct keeper_restored *restored, const char *client, const char *key, int64_t at)
{
	char *client_copy = strdup(client);
	char *key_copy = strdup(key);

	if (!client_copy || !key_copy) {
		free(client_copy);
		free(key_copy);
		return -ENOMEM;
	}
	if (restored->n == KEEPER_RESTORED_MAX) {
		free(restored->items[0].client);
		free(restored->items[0].key);
		memmove(restored->items, restored->items + 1,
			(KEEPER_RESTORED_MAX - 1) * sizeof(restored->items[0]));
		restored->n--;
	}
	restored->anew = true;
	restored->items[restored->n].client = client_copy;
	restored->items[restored->n].key = key_copy;
	restored->items[restored->n++].at = at;
	return 0;
}

void keeper_state_finish(struct keeper_state *state)
{
	json_object_put(state->body);
	*state = (struct keeper_state){0};
}

static struct json_build write_restored(const struct keeper_restored *restored)
{
	struct json_build array = json_build_array();

	for (size_t i = 0; i < restored->n; i++) {
		struct json_build row = json_build_object();

		json_build_string(&row, "client", restored->items[i].client);
		json_build_string(&row, "key", restored->items[i].key);
		json_build_int(&row, "at", restored->items[i].at);
		json_build_join(&array, NULL, &row);
	}
	return array;
}

int keeper_state_new(const struct enforce_changes *changes, const struct keeper_restored *restored,
	int64_t serial, struct keeper_state *ret_state)
{
	struct json_build body = json_build_object(), list = write_restored(restored);
	struct json_object *changed = NULL, *clients = json_object_new_array();
	int r = enforce_changes_to_json(changes, &changed);

	json_build_take(&body, "changes", changed);
	json_build_join(&body, "restored", &list);
	json_build_take(&body, "clients", clients);
	json_build_int(&body, "format", STATE_FORMAT);
	if (serial > 0) {
		json_build_int(&body, "serial", serial);
	}
	if (r < 0) {
		json_build_drop(&body);
		return r;
	}
	r = json_build_finish(&body, &ret_state->body);
	ret_state->clients = r == 0 ? clients : NULL;
	return r;
}

int keeper_state_add(struct keeper_state *state, const struct keeper_client *client)
{
	struct json_build build = json_build_object();
	struct json_object *row = NULL;
	int r;

	json_build_string(&build, "client", client->id);
	json_build_bool(&build, "installed", client->installed);
	json_build_int(&build, "kept", (int64_t)client->kept);
	json_build_int(&build, "drifted", (int64_t)client->drifted);
	json_build_string(&build, "tier", client->tier);
	json_build_int(&build, "uid", (int64_t)client->uid);
	r = json_build_finish(&build, &row);
	if (r == 0 && json_object_array_add(state->clients, row) < 0) {
		json_object_put(row);
		r = -ENOMEM;
	}
	return r;
}
