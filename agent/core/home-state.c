/* SPDX-License-Identifier: Apache-2.0 */
#include "home-state.h"

#include "redact.h"
#include "change.h"

#include <string.h>

#define NAME_LEN_MAX 64
#define KEY_LEN_MAX 256
#define COUNT_MAX 100000

void home_state_finish(struct home_state *state)
{
	json_object_put(TAKE_PTR(state->changes));
	json_object_put(TAKE_PTR(state->clients));
	json_object_put(TAKE_PTR(state->restored));
}

struct client_fields {
	const char *client;
	int64_t drifted;
	bool installed;
	int64_t kept;
	const char *tier;
	struct json_object *uid; /* ours is taken */
};
#define FIELD(type, name, max)                                               \
	{                                                                    \
#		name, type, offsetof(struct client_fields, name), true, max \
	}
static const struct json_field client_table[] = {
	FIELD(JSON_WANT_STRING, client, NAME_LEN_MAX),
	FIELD(JSON_WANT_INT, drifted, COUNT_MAX),
	FIELD(JSON_WANT_BOOL, installed, 0),
	FIELD(JSON_WANT_INT, kept, COUNT_MAX),
	FIELD(JSON_WANT_STRING, tier, 16),
	FIELD(JSON_WANT_ANY, uid, 0),
};
#undef FIELD

static int read_client(
	struct json_object *object, uid_t uid, struct json_build *array, struct json_error *error)
{
	struct client_fields fields = {0};
	struct json_build item;
	int r = json_decode(object, client_table, ARRAY_LEN(client_table), &fields, error);

	if (r != 0) {
		return r;
	}
	item = json_build_object();
	json_build_string(&item, "client", fields.client);
	json_build_int(&item, "drifted", fields.drifted);
	json_build_bool(&item, "installed", fields.installed);
	json_build_int(&item, "kept", fields.kept);
	json_build_string(&item, "tier", fields.tier);
	json_build_int(&item, "uid", (int64_t)uid);
	json_build_join(array, NULL, &item);
	return 0;
}

struct restored_fields {
	int64_t at;
	const char *client;
	const char *key;
};
static const struct json_field restored_table[] = {
	{"at", JSON_WANT_INT, offsetof(struct restored_fields, at), true, 0},
	{"client", JSON_WANT_STRING, offsetof(struct restored_fields, client), true, NAME_LEN_MAX},
	{"key", JSON_WANT_STRING, offsetof(struct restored_fields, key), true, KEY_LEN_MAX},
};

static int read_restored(
	struct json_object *object, uid_t uid, struct json_build *array, struct json_error *error)
{
	struct restored_fields fields = {0};
	struct json_build item;
	int r = json_decode(object, restored_table, ARRAY_LEN(restored_table), &fields, error);

	(void)uid;
	if (r != 0) {
		return r;
	}
	item = json_build_object();
	json_build_int(&item, "at", fields.at);
	json_build_string(&item, "client", fields.client);
	json_build_string(&item, "key", fields.key);
	json_build_join(array, NULL, &item);
	return 0;
}

typedef int (*read_fn)(
	struct json_object *object, uid_t uid, struct json_build *array, struct json_error *error);

static int read_list(struct json_object *list, uid_t uid, read_fn read,
	struct json_object **ret_array, struct json_error *error)
{
	struct json_build array = json_build_array();
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(list); i++) {
		r = read(json_object_array_get_idx(list, i), uid, &array, error);
	}
	if (r != 0) {
		json_build_drop(&array);
		return r;
	}
	return json_build_finish(&array, ret_array);
}

static int read_changes(
	struct json_object *list, struct json_object **ret_array, struct json_error *error)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	int r = enforce_changes_from_json(list, &changes, error);

	if (r == 0) {
		r = enforce_changes_hide(&changes);
	}
	return r == 0 ? enforce_changes_to_json(&changes, ret_array) : r;
}

struct state_fields {
	struct json_object *changes;
	struct json_object *clients;
	int64_t format;
	struct json_object *restored;
	int64_t serial;
};
#define FIELD(type, name, max)                                              \
	{                                                                   \
#		name, type, offsetof(struct state_fields, name), true, max \
	}
static const struct json_field state_table[] = {
	FIELD(JSON_WANT_ARRAY, changes, HOME_STATE_CHANGES_MAX),
	FIELD(JSON_WANT_ARRAY, clients, HOME_STATE_CLIENTS_MAX),
	FIELD(JSON_WANT_INT, format, 1),
	FIELD(JSON_WANT_ARRAY, restored, HOME_STATE_RESTORED_MAX),
	{"serial", JSON_WANT_INT, offsetof(struct state_fields, serial), false, INT64_MAX},
};
#undef FIELD

int home_state_read(
	struct json_object *body, uid_t uid, struct home_state *ret_state, struct json_error *error)
{
	cleanup(home_state_finish) struct home_state state = {0};
	struct state_fields fields = {.serial = INT64_MAX};
	int r = json_decode(body, state_table, ARRAY_LEN(state_table), &fields, error);

	if (r == 0) {
		r = read_changes(fields.changes, &state.changes, error);
	}
	if (r == 0) {
		r = read_list(fields.clients, uid, read_client, &state.clients, error);
	}
	if (r == 0) {
		r = read_list(fields.restored, uid, read_restored, &state.restored, error);
	}
	if (r == 0) {
		r = json_slim(&state.changes);
	}
	if (r == 0) {
		r = json_slim(&state.clients);
	}
	if (r == 0) {
		r = json_slim(&state.restored);
	}
	if (r == 0) {
		state.serial = fields.serial;
		*ret_state = state;
		state = (struct home_state){0};
	}
	return r;
}
