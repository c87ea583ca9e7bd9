/* SPDX-License-Identifier: Apache-2.0 */
/* What the workers said, for whoever asks. */
#include "homes.h"

#include "homes-parts.h"
#include "kept.h"

#include <string.h>

static bool may_see(const struct home *home, uid_t uid, bool admin)
{
	return home->said_at > 0 && (admin || home->uid == uid);
}

static bool is_of(struct json_object *item, const char *client)
{
	const char *name = json_object_get_string(json_object_object_get(item, "client"));

	return !client || (name && strcmp(name, client) == 0);
}

static bool is_planned(struct json_object *item)
{
	const char *result = json_object_get_string(json_object_object_get(item, "result"));

	return result && strcmp(result, "planned") == 0;
}

static void add_all(
	struct json_object *list, const char *client, bool planned_too, struct json_build *array)
{
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (is_of(item, client) && (planned_too || !is_planned(item))) {
			json_build_share(array, NULL, item);
		}
	}
}

/* A worker that is gone or hangs: its clients as it last knew them, and when that was. */
static void add_stale(const struct home *home, struct json_build *array)
{
	for (size_t i = 0; i < json_object_array_length(home->state.clients); i++) {
		struct json_build item = json_build_object();

		json_object_object_foreach(
			json_object_array_get_idx(home->state.clients, i), name, value)
		{
			json_build_share(&item, name, value);
		}
		json_build_int(&item, "said", home->said_at);
		json_build_join(array, NULL, &item);
	}
}

void homes_add_clients(const struct homes *homes, uid_t uid, bool admin, struct json_build *array)
{
	for (const struct home *home = homes->list; home; home = home->next) {
		if (!may_see(home, uid, admin)) {
			continue;
		}
		if (home_quiet_is_heard(home)) {
			add_all(home->state.clients, NULL, true, array);
		} else {
			add_stale(home, array);
		}
	}
}

void homes_add_changes(const struct homes *homes, uid_t uid, bool admin, const char *client,
	bool planned_too, struct json_build *array)
{
	for (const struct home *home = homes->list; home; home = home->next) {
		if (may_see(home, uid, admin) && home_quiet_is_heard(home)) {
			add_all(home->state.changes, client, planned_too, array);
		}
	}
}

void homes_add_restored(const struct homes *homes, uid_t uid, bool admin, struct json_build *array)
{
	for (const struct home *home = homes->list; home; home = home->next) {
		if (may_see(home, uid, admin)) {
			add_all(home->state.restored, NULL, true, array);
		}
	}
}

/* What a worker plans and may not do yet */
static size_t count_asked(const struct core *core, struct json_object *changes)
{
	size_t asked = 0;

	for (size_t i = 0; changes && i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);
		const char *client =
			json_object_get_string(json_object_object_get(change, "client"));
		const char *key = json_object_get_string(json_object_object_get(change, "key"));

		asked += client && key && is_planned(change) &&
			 kept_setting(core, client, key, json_object_object_get(change, "to")) ==
				 KEPT_ASKED;
	}
	return asked;
}

size_t homes_asked(const struct homes *homes, uid_t uid, bool admin)
{
	size_t asked = 0;

	for (const struct home *home = homes->list; home; home = home->next) {
		if (may_see(home, uid, admin) && home_quiet_is_heard(home)) {
			asked += count_asked(homes->core, home->state.changes);
		}
	}
	return asked;
}
