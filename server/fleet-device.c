/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "device-held.h"
#include "fleet-list.h"
#include "policies.h"

struct detail {
	struct json_object *device;
	struct policies_line line;
	int64_t held;
	bool found;
};

static int read_detail(const struct store_value *row, void *data)
{
	struct detail *detail = data;
	int r = moment_parse_owner(row[3].text, &detail->line.owner);

	detail->found = true;
	detail->held = row[10].n;
	r = r != 0 ? r : store_copy(&row[1], detail->line.team, DEVICE_TEAM_MAX);
	return r != 0 ? r : fleet_fill_device(detail->device, row);
}

#define CONTROLS_SHOWN 256
#define SEVERITY_MAX 16

/* The controls of one device, and beside each what its ownership's policy says of it */
struct shown {
	struct held held;
	char (*severities)[SEVERITY_MAX + 1];
	int64_t confirmed;
	enum policy_ownership owner;
};

static void shown_finish(struct shown *shown)
{
	held_finish(&shown->held);
	free(shown->severities);
}

static int read_severity(const struct store_value *row, void *data)
{
	struct shown *shown = data;
	char id[POSTURE_ID_MAX + 1];
	const struct held_control *control;
	int r = store_copy(&row[0], id, POSTURE_ID_MAX);

	control = r < 0 ? NULL : held_find(&shown->held, id);
	return !control ? r
			: store_copy(&row[1], shown->severities[control - shown->held.controls],
				  SEVERITY_MAX);
}

static int read_shown(struct store *store, const char *id, struct shown *shown)
{
	int r = held_read(store, id, &shown->held);

	if (r != 0) {
		return r;
	}
	shown->severities = calloc(shown->held.n + 1, sizeof(*shown->severities));
	if (!shown->severities) {
		return -ENOMEM;
	}
	r = store_query(store, store_row_int, &shown->confirmed,
		"SELECT confirmed FROM devices WHERE site = $1 AND id = $2", store_site(),
		store_text(id));
	return r != 0 ? r
		      : store_query(store, read_severity, shown,
				"SELECT control, severity FROM severities WHERE site = $1 "
				"AND ownership = $2",
				store_site(), store_text(moment_owner_name(shown->owner)));
}

static int add_control(const struct shown *shown, size_t i, struct json_object *list)
{
	const struct held_control *control = &shown->held.controls[i];
	const char *severity = shown->severities[i];
	int64_t answered =
		shown->confirmed > control->answered_s ? shown->confirmed : control->answered_s;
	struct json_object *item = json_object_new_object();
	int r = answer_push(list, item);

	r = r != 0 ? r : answer_add_text(item, "id", control->id);
	r = r != 0 ? r : answer_add_text(item, "severity", severity[0] ? severity : "info");
	r = r != 0 ? r : answer_add_text(item, "state", posture_state_name(control->state));
	r = r != 0 ? r : answer_add_text(item, "reason", control->reason);
	r = r != 0 ? r : answer_add(item, "since", moment_json(shown->owner, control->since_s));
	return r != 0 ? r : answer_add(item, "answered", moment_json(shown->owner, answered));
}

static int add_controls(
	struct store *store, const char *id, enum policy_ownership owner, struct json_object *body)
{
	cleanup(shown_finish) struct shown shown = {.owner = owner};
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "controls", list);

	r = r != 0 ? r : read_shown(store, id, &shown);
	for (size_t i = 0; r == 0 && i < shown.held.n && i < CONTROLS_SHOWN; i++) {
		r = add_control(&shown, i, list);
	}
	return r;
}

struct rows {
	struct json_object *list;
	enum policy_ownership owner;
};

static int read_change(const struct store_value *row, void *data)
{
	const struct rows *rows = data;
	struct json_object *item = json_object_new_object();
	int r = answer_push(rows->list, item);

	r = r != 0 ? r : answer_add_span(item, "control", row[0].text);
	r = r != 0 ? r : answer_add(item, "at", moment_json(rows->owner, row[1].n));
	r = r != 0 ? r : answer_add_span(item, "state", row[2].text);
	return r != 0 ? r : answer_add_span(item, "reason", row[3].text);
}

static int add_history(
	struct store *store, const char *id, enum policy_ownership owner, struct json_object *body)
{
	struct rows rows = {json_object_new_array(), owner};
	int r = answer_add(body, "history", rows.list);

	return r != 0 ? r
		      : store_query(store, read_change, &rows,
				"SELECT control, at, state, reason FROM history "
				"WHERE site = $1 AND device = $2 ORDER BY at DESC, control LIMIT "
				"500",
				store_site(), store_text(id));
}

static int add_policy(struct store *store, const struct detail *detail, struct json_object *body)
{
	struct json_object *policy = json_object_new_object();
	char name[POLICY_WORD_MAX + 1];
	int64_t current = 0;
	int r = answer_add(body, "policy", policy);

	r = r != 0 ? r : policies_current(store, &detail->line, name, &current);
	r = r != 0 ? r : answer_add_text(policy, "name", name);
	r = r != 0 ? r : answer_add_int(policy, "current", current);
	return r != 0 ? r : answer_add_int(policy, "held", detail->held);
}

int fleet_read_device(
	struct store *store, const char *id, const char *reach, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct detail detail = {.device = json_object_new_object()};
	int r = answer_add(body, "device", detail.device);

	r = r != 0 ? r
		   : store_query(store, read_detail, &detail,
			     FLEET_DEVICE_ROW
			     "AND d.id = $2 AND ($3 = '' OR $3 LIKE '%,' || d.team || ',%')",
			     store_site(), store_text(id), store_text(reach));
	if (r != 0 || !detail.found) {
		return r != 0 ? r : DEVICE_E_UNKNOWN;
	}
	r = add_policy(store, &detail, body);
	r = r != 0 ? r : add_controls(store, id, detail.line.owner, body);
	r = r != 0 ? r : add_history(store, id, detail.line.owner, body);
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}
