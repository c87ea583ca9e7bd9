/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an edit would change. A control that is no longer asked for goes out of a device's posture:
 * that is reckoned here. One that is newly asked for is unknown until the device has answered, and
 * a client's settings are the device's to tell: of both, the devices that are concerned are
 * counted.
 */
#include "policy-view.h"

#include "answer.h"
#include "fleet.h"
#include "json-build.h"
#include "policy-edit.h"

#include <stdio.h>
#include <string.h>

/* One open control of a device that would go */
struct open_control {
	char device[REPORT_DEVICE_LEN + 1];
	char team[DEVICE_TEAM_MAX + 1];
	int64_t number;
	int64_t failing, unknown; /* of the device, before */
	bool fails;
};

#define OPEN_MAX ((size_t)4 << 20)
struct open_controls {
	VEC(struct open_control) list;
};

static void open_controls_finish(struct open_controls *open)
{
	vec_free(&open->list);
}

static int read_open(const struct store_value *row, void *data)
{
	struct open_controls *open = data;
	struct open_control one = {.number = row[2].n,
		.failing = row[3].n,
		.unknown = row[4].n,
		.fails = span_eq(row[5].text, "fail")};
	int r = store_copy(&row[0], one.device, REPORT_DEVICE_LEN);

	r = r != 0 ? r : store_copy(&row[1], one.team, DEVICE_TEAM_MAX);
	return r != 0 ? r : vec_push(&open->list, one, OPEN_MAX);
}

static int find_open(struct store *store, const struct policies_line *line, const char *control,
	struct open_controls *open)
{
	return store_query(store, read_open, open,
		"SELECT d.id, d.team, d.number, d.failing, d.unknown, c.state FROM findings c "
		"JOIN devices d ON d.site = c.site AND d.id = c.device WHERE c.site = $1 AND "
		"c.control = $4 AND c.state IN ('error', 'fail', 'unknown') "
		"AND " POLICY_VIEW_OF_LINE,
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team),
		store_text(control));
}

static int compare(const void *a, const void *b)
{
	const struct open_control *left = a, *right = b;
	int teams = strcmp(left->team, right->team);

	return teams != 0 ? teams : (left->number > right->number) - (left->number < right->number);
}

static const char *posture(int64_t failing, int64_t unknown)
{
	return failing > 0 ? "failing" : unknown > 0 ? "unknown" : "passing";
}

struct outcome {
	struct json_build list;
	int64_t changed;
};

static void tell(struct outcome *outcome, const struct open_control *device, const char *to)
{
	struct json_build row = json_build_object();
	char label[FLEET_LABEL_MAX + 1];

	outcome->changed++;
	if (outcome->changed > POLICY_VIEW_DEVICES_MAX) {
		json_build_drop(&row);
		return;
	}
	snprintf(label, sizeof(label), "%s-%03lld", device->team, (long long)device->number);
	json_build_string(&row, "device", device->device);
	json_build_string(&row, "label", label);
	json_build_string(&row, "from", posture(device->failing, device->unknown));
	json_build_string(&row, "to", to);
	json_build_join(&outcome->list, NULL, &row);
}

/* The open controls of one device stand together. */
static void reckon(struct open_controls *open, struct outcome *outcome)
{
	size_t n = open->list.len;

	if (n > 0) {
		qsort(open->list.items, n, sizeof(open->list.items[0]), compare);
	}
	for (size_t i = 0, next; i < n; i = next) {
		const struct open_control *device = &open->list.items[i];
		int64_t failing = device->failing, unknown = device->unknown;
		const char *to;

		for (next = i;
			next < n && strcmp(open->list.items[next].device, device->device) == 0;
			next++) {
			failing -= open->list.items[next].fails;
			unknown -= !open->list.items[next].fails;
		}
		to = posture(failing, unknown);
		if (strcmp(to, posture(device->failing, device->unknown)) != 0) {
			tell(outcome, device, to);
		}
	}
}

struct states {
	int64_t failing, passing, unknown;
};

static int read_states(const struct store_value *row, void *data)
{
	struct states *states = data;

	states->failing = row[0].n;
	states->passing += row[1].n;
	states->unknown = row[2].n;
	return 0;
}

/* Of those who pass there are no rows: each device's text is looked through. */
static int count_passing(
	struct store *store, const struct policies_line *line, const char *id, int64_t *ret_passing)
{
	return store_query(store, store_row_int, ret_passing,
		"SELECT COUNT(*) FROM devices d CROSS JOIN held h WHERE d.site = $1 AND h.site = "
		"d.site AND h.device = d.id AND h.controls LIKE '%\n' || $4 || ' p%' "
		"AND " POLICY_VIEW_OF_LINE,
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team),
		store_text(id));
}

static int add_off(struct store *store, const struct policies_line *line, const char *id,
	struct json_build *list)
{
	cleanup(json_build_drop) struct json_build row = json_build_object();
	struct states states = {0};
	int r = count_passing(store, line, id, &states.passing);

	r = r != 0 ? r
		   : store_query(store, read_states, &states,
			     "SELECT COALESCE(SUM(CASE WHEN c.state = 'fail' THEN 1 ELSE 0 END), "
			     "0), "
			     "COALESCE(SUM(CASE WHEN c.state = 'exempt' THEN 1 ELSE 0 END), 0), "
			     "COALESCE(SUM(CASE WHEN c.state IN ('error', 'unknown') THEN 1 ELSE 0 "
			     "END), 0) "
			     "FROM findings c JOIN devices d ON d.site = c.site AND d.id = "
			     "c.device "
			     "WHERE c.site = $1 AND c.control = $4 AND c.state IN ('error', "
			     "'exempt', 'fail', "
			     "'unknown') AND " POLICY_VIEW_OF_LINE,
			     store_site(), store_text(moment_owner_name(line->owner)),
			     store_text(line->team), store_text(id));

	json_build_string(&row, "id", id);
	json_build_int(&row, "failing", states.failing);
	json_build_int(&row, "passing", states.passing);
	json_build_int(&row, "unknown", states.unknown);
	json_build_join(list, NULL, &row);
	return r;
}

static struct json_object *member(
	struct json_object *bundle, const char *table, const char *id, const char *name)
{
	struct json_object *at = NULL, *item = NULL, *value = NULL;

	json_object_object_get_ex(bundle, table, &at);
	json_object_object_get_ex(at, id, &item);
	json_object_object_get_ex(item, name, &value);
	return value;
}

struct comparison {
	struct store *store;
	const struct policies_line *line;
	struct json_object *was, *is;
	struct open_controls open;
	struct json_build off, on, otherwise, clients;
};

static void comparison_finish(struct comparison *comparison)
{
	open_controls_finish(&comparison->open);
	json_build_drop(&comparison->off);
	json_build_drop(&comparison->on);
	json_build_drop(&comparison->otherwise);
	json_build_drop(&comparison->clients);
}

static int compare_control(struct comparison *comparison, const char *id, struct json_object *is)
{
	bool before = json_object_get_boolean(member(comparison->was, "controls", id, "on"));
	bool after = json_object_get_boolean(member(comparison->is, "controls", id, "on"));
	struct json_object *was = NULL, *controls = NULL;
	int r = 0;

	json_object_object_get_ex(comparison->was, "controls", &controls);
	json_object_object_get_ex(controls, id, &was);
	if (before && !after) {
		r = add_off(comparison->store, comparison->line, id, &comparison->off);
		r = r != 0 ? r
			   : find_open(comparison->store, comparison->line, id, &comparison->open);
	} else if (!before && after) {
		json_build_string(&comparison->on, NULL, id);
	} else if (!json_equal(was, is)) {
		json_build_string(&comparison->otherwise, NULL, id);
	}
	return r;
}

static int compare_controls(struct comparison *comparison)
{
	struct json_object *controls = NULL;
	int r = 0;

	json_object_object_get_ex(comparison->is, "controls", &controls);
	json_object_object_foreach(controls, id, item)
	{
		r = r != 0 ? r : compare_control(comparison, id, item);
	}
	return r;
}

static void compare_clients(struct comparison *comparison)
{
	struct json_object *clients = NULL;

	json_object_object_get_ex(comparison->is, "clients", &clients);
	json_object_object_foreach(clients, id, item)
	{
		struct json_object *was = member(comparison->was, "clients", id, "tier");
		struct json_object *is = member(comparison->is, "clients", id, "tier");
		struct json_build row;

		(void)item;
		if (json_equal(was, is)) {
			continue;
		}
		row = json_build_object();
		json_build_string(&row, "id", id);
		json_build_share(&row, "from", was);
		json_build_share(&row, "to", is);
		json_build_join(&comparison->clients, NULL, &row);
	}
}

static int finish_preview(
	struct comparison *comparison, int64_t reaches, struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	struct outcome outcome = {.list = json_build_array()};

	reckon(&comparison->open, &outcome);
	json_build_int(&body, "changed", outcome.changed);
	json_build_join(&body, "devices", &outcome.list);
	json_build_int(&body, "reaches", reaches);
	json_build_join(&body, "off", &comparison->off);
	json_build_join(&body, "on", &comparison->on);
	json_build_join(&body, "otherwise", &comparison->otherwise);
	json_build_join(&body, "clients", &comparison->clients);
	return json_build_finish(&body, ret_body);
}

int policy_view_preview(struct store *store, const char *datadir, const struct policies_line *line,
	struct json_object *edit, struct json_object **ret_body, struct json_error *error)
{
	cleanup(json_put) struct json_object *old = NULL, *was = NULL, *is = NULL;
	cleanup(comparison_finish) struct comparison comparison = {.store = store,
		.line = line,
		.off = json_build_array(),
		.on = json_build_array(),
		.otherwise = json_build_array(),
		.clients = json_build_array()};
	int64_t reaches = 0;
	int r = policy_view_load(store, datadir, line, &old, &was, error);

	r = r != 0 ? r : policies_load(datadir, line->owner, &is, error);
	r = r != 0 ? r : policy_edit_apply(edit, is, true, error);
	if (r != 0) {
		return r;
	}
	comparison.was = was;
	comparison.is = is;
	r = store_query(store, store_row_int, &reaches,
		"SELECT COALESCE(SUM(d.devices), 0) FROM holdings d WHERE " POLICY_VIEW_OF_LINE,
		store_site(), store_text(moment_owner_name(line->owner)), store_text(line->team));
	r = r != 0 ? r : compare_controls(&comparison);
	if (r == 0) {
		compare_clients(&comparison);
		r = finish_preview(&comparison, reaches, ret_body);
	}
	return r;
}
