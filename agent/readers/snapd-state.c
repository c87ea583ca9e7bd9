/* SPDX-License-Identifier: Apache-2.0 */
#include "snapd-state.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>

void snapd_state_finish(struct snapd_state *state)
{
	json_put(&state->json);
	*state = (struct snapd_state){.json = NULL};
}

static bool snaps_there(const struct sysroot *root)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};

	if (sysroot_list(root, SNAPD_SNAPS, &names) != 0) {
		return false;
	}
	for (size_t i = 0; i < names.len; i++) {
		const char *dot = strrchr(names.names[i], '.');

		if (dot && strcmp(dot, ".snap") == 0) {
			return true;
		}
	}
	return false;
}

static struct json_object *member(struct json_object *object, const char *name, json_type type)
{
	struct json_object *value = NULL;

	return json_object_is_type(object, json_type_object) &&
			       json_object_object_get_ex(object, name, &value) &&
			       json_object_is_type(value, type)
		       ? value
		       : NULL;
}

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name, json_type_string);

	return value ? json_object_get_string(value) : NULL;
}

/* RFC 3339 in whatever zone: its date and time of day, the zone is within a day of them. */
int64_t snapd_time(const char *text)
{
	char date[11];
	int64_t day = 0;
	unsigned h = 0, m = 0, s = 0;

	if (!text) {
		return 0;
	}
	if (strcmp(text, "forever") == 0) {
		return INT64_MAX;
	}
	snprintf(date, sizeof(date), "%s", text);
	if (clock_parse(date, strlen(date), &day) != 0) {
		return 0;
	}
	if (strlen(text) > 19 && sscanf(text + 10, "T%2u:%2u:%2u", &h, &m, &s) == 3 && h < 24 &&
		m < 60 && s < 61) {
		day += h * 3600 + m * 60 + s;
	}
	return day;
}

static const char *system_hold(struct json_object *data)
{
	struct json_object *config = member(data, "config", json_type_object);
	struct json_object *core = member(config, "core", json_type_object);

	return text_of(member(core, "refresh", json_type_object), "hold");
}

int snapd_state_parse(struct span text, struct snapd_state *ret_state)
{
	struct snapd_state state = {.json = NULL};
	struct json_object *data;
	int64_t seeded;
	int r = json_parse_bounded(text, SNAPD_STATE_VALUES_MAX, &state.json, NULL);

	if (r != 0) {
		return r == -ENOMEM ? r : SNAPD_STATE_E_FORMAT;
	}
	data = member(state.json, "data", json_type_object);
	if (!data) {
		snapd_state_finish(&state);
		return SNAPD_STATE_E_FORMAT;
	}
	state.snaps = member(data, "snaps", json_type_object);
	state.candidates = member(data, "refresh-candidates", json_type_object);
	state.holds = member(data, "snaps-hold", json_type_object);
	state.hold = system_hold(data);
	seeded = snapd_time(text_of(data, "seed-time"));
	state.refreshed = snapd_time(text_of(data, "last-refresh"));
	state.refreshed = seeded > state.refreshed ? seeded : state.refreshed;
	*ret_state = state;
	return 0;
}

int snapd_state_read(const struct sysroot *root, struct snapd_state *ret_state)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r;

	if (!snaps_there(root)) {
		*ret_state = (struct snapd_state){.json = NULL};
		return 0;
	}
	r = sysroot_read(root, SNAPD_STATE, SNAPD_STATE_MAX, &text, &len);
	switch (r) {
	case 0:
		return snapd_state_parse((struct span){text, len}, ret_state);
	case -ENOMEM:
		return r;
	case -EACCES:
	case -EPERM:
		return SNAPD_STATE_E_PERMITTED;
	default:
		return SNAPD_STATE_E_FORMAT;
	}
}

/* The revision that is offered: of the candidate's side-info. A number, or as text */
static const char *offered(const struct snapd_state *state, const char *name)
{
	struct json_object *candidate = member(state->candidates, name, json_type_object);
	struct json_object *side = member(candidate, "side-info", json_type_object);
	struct json_object *revision = NULL;

	if (!side || !json_object_object_get_ex(side, "revision", &revision)) {
		return NULL;
	}
	return json_object_get_string(revision);
}

static void snap_take(
	const struct snapd_state *state, struct json_object *json, struct snapd_snap *snap)
{
	struct json_object *current = NULL;
	struct json_object *hold = member(state->holds, snap->name, json_type_object);
	const char *next = offered(state, snap->name);

	snap->revision = json_object_object_get_ex(json, "current", &current) && current
				 ? json_object_get_string(current)
				 : "";
	snap->update = next && strcmp(next, snap->revision) != 0;
	snap->since = snapd_time(text_of(json, "refresh-inhibited-time"));
	/* "system" is whoever owns the computer; a snap may hold another one for a while, too */
	snap->held = snapd_time(text_of(member(hold, "system", json_type_object), "hold-until"));
}

int snapd_state_each(const struct snapd_state *state, snapd_snap_fn fn, void *data)
{
	int r = 0;

	if (!state->snaps) {
		return 0;
	}
	json_object_object_foreach(state->snaps, name, json)
	{
		struct snapd_snap snap = {.name = name};

		if (r == 0 && json_object_is_type(json, json_type_object)) {
			snap_take(state, json, &snap);
			r = fn(&snap, data);
		}
	}
	return r;
}

static bool is_true(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name, json_type_boolean);

	return value && json_object_get_boolean(value);
}

int snapd_state_each_plug(
	const struct snapd_state *state, const char *interface, snapd_plug_fn fn, void *data)
{
	struct json_object *all = member(state->json, "data", json_type_object);
	struct json_object *conns = member(all, "conns", json_type_object);
	int r = 0;

	if (!conns) {
		return 0;
	}
	json_object_object_foreach(conns, id, conn)
	{
		const char *named = text_of(conn, "interface");
		struct span rest = span_z(id), snap;

		if (r == 0 && named && strcmp(named, interface) == 0 &&
			!is_true(conn, "undesired") && !is_true(conn, "hotplug-gone") &&
			span_next(&rest, ':', &snap)) {
			r = fn(snap, data);
		}
	}
	return r;
}
