/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/groups, and the group of a device. */
#include "api.h"

#include "fleet.h"
#include "groups.h"
#include "leader.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <inttypes.h>

#define KIND_MAX 16

struct group_state {
	char name[DEVICE_TEAM_MAX + 1];
	char kind[KIND_MAX + 1];
};

struct group_body {
	const char *group;
	const char *kind;
};

static const struct json_field fields[] = {
	{"group", JSON_WANT_STRING, offsetof(struct group_body, group), true, DEVICE_TEAM_MAX},
	{"kind", JSON_WANT_STRING, offsetof(struct group_body, kind), true, KIND_MAX},
};

static bool read_body(struct api_call *call, size_t n)
{
	struct group_state *state = call->state;
	struct json_object *object = NULL;
	struct group_body body = {"", ""};

	if (!api_decode_body(call, fields, n, &body, &object)) {
		return false;
	}
	memcpy(state->name, body.group, strlen(body.group));
	memcpy(state->kind, body.kind, strlen(body.kind));
	json_object_put(object);
	if (!device_team_valid(span_z(state->name))) {
		answer_problem(&call->answer, 400,
			"group takes 1 to %d letters a to z, digits and dashes.", DEVICE_TEAM_MAX);
		return false;
	}
	return true;
}

static int list_groups(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = groups_read(store, call->teams, &body);

	if (r == 0 && !api_may(call, ROLE_DEVICES)) {
		r = leader_hide_groups(body);
	}
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

const struct api_route api_route_groups = {
	.method = HTTP_GET,
	.path = "/api/v1/groups",
	.needs = ROLE_TOTALS,
	.flags = API_SCOPED,
	.steps = {{WORK_READ, list_groups}},
};

static void read_group(struct api_call *call)
{
	const struct group_state *state = call->state;

	if (read_body(call, ARRAY_LEN(fields)) && !groups_kind_valid(span_z(state->kind))) {
		answer_problem(&call->answer, 400, "kind takes school, class, staff or loan.");
	}
}

static int put_group(struct api_call *call, struct store *store)
{
	const struct group_state *state = call->state;
	int r = groups_put(store, state->name, state->kind);

	r = r != 0 ? r : api_audit(call, store, "group", state->name);
	call->answer.status = r == 0 ? 204 : 0;
	return r;
}

const struct api_route api_route_groups_put = {
	.method = HTTP_POST,
	.path = "/api/v1/groups",
	.needs = ROLE_GROUPS,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct group_state),
	.before = read_group,
	.steps = {{WORK_WRITE, put_group}},
};

static int end_group(struct api_call *call, struct store *store)
{
	int r = groups_end(store, call->part);

	if (r == GROUPS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such group.");
	} else if (r == GROUPS_E_USED) {
		answer_problem(&call->answer, 409, "Devices are in this group: move them first.");
	} else if (r == 0) {
		r = api_audit(call, store, "group-end", call->part);
		call->answer.status = r == 0 ? 204 : 0;
	}
	return r < 0 ? r : 0;
}

const struct api_route api_route_groups_end = {
	.method = HTTP_DELETE,
	.path = "/api/v1/groups/{}",
	.needs = ROLE_GROUPS,
	.flags = API_WRITE,
	.steps = {{WORK_WRITE, end_group}},
};

static void read_move(struct api_call *call)
{
	(void)read_body(call, 1);
}

static int answer_move(
	struct api_call *call, struct store *store, const struct device *before, int64_t number)
{
	const struct group_state *state = call->state;
	struct json_object *body = json_object_new_object();
	char said[2 * FLEET_LABEL_MAX + 8];
	int r;

	snprintf(said, sizeof(said), "%s-%03" PRId64 " > %s-%03" PRId64, before->team,
		before->number, state->name, number);
	r = api_audit(call, store, "group-move", said);
	r = r != 0 ? r : fleet_add_label(body, span_z(state->name), number);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int move_device(struct api_call *call, struct store *store)
{
	const struct group_state *state = call->state;
	struct device before = {0};
	int64_t number = 0;
	int r = groups_move_device(store, call->part, state->name, &before, &number);

	if (r == GROUPS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such device or group.");
		return 0;
	}
	return r != 0 ? r : answer_move(call, store, &before, number);
}

const struct api_route api_route_groups_move = {
	.method = HTTP_POST,
	.path = "/api/v1/devices/{}/group",
	.needs = ROLE_GROUPS,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct group_state),
	.before = read_move,
	.steps = {{WORK_WRITE, move_device}},
};
