/* SPDX-License-Identifier: Apache-2.0 */
/* What the console reads: fleet, devices, controls. */
#include "api.h"

#include "fleet-list.h"
#include "leader.h"

#include <string.h>

static int answer_object(struct api_call *call, int r, struct json_object *body)
{
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int show_fleet(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = fleet_read(store, call->now_s, &body);

	if (r == 0 && !api_may(call, ROLE_DEVICES)) {
		r = leader_hide_fleet(body);
	}
	return answer_object(call, r, body);
}

const struct api_route api_route_fleet = {
	.method = HTTP_GET,
	.path = "/api/v1/fleet",
	.needs = ROLE_TOTALS,
	.steps = {{WORK_READ, show_fleet}},
};

/* The cursor's team is kept in state. */
struct devices_state {
	struct fleet_filter filter;
	char team[DEVICE_TEAM_MAX + 1];
};

/* "label", "-heard": a minus turns it round. */
static bool read_sort(struct fleet_filter *filter, const char *word)
{
	static const char *const words[] = {
		[FLEET_BY_LABEL] = "label",
		[FLEET_BY_GROUP] = "group",
		[FLEET_BY_HEARD] = "heard",
		[FLEET_BY_FAILING] = "failing",
		[FLEET_BY_STATE] = "state",
	};

	filter->down = word[0] == '-';
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(word + filter->down, words[i]) == 0) {
			filter->sort = (enum fleet_sort)i;
			return true;
		}
	}
	return false;
}

static bool next_number(struct span *rest, int64_t *ret_n)
{
	struct span word;
	uint64_t n = 0;

	if (!span_next(rest, '.', &word) || span_u64(word, &n) < 0 || n > INT64_MAX) {
		return false;
	}
	*ret_n = (int64_t)n;
	return true;
}

static bool valued(enum fleet_sort sort)
{
	return sort != FLEET_BY_LABEL && sort != FLEET_BY_GROUP;
}

/* "team.number" of the last device of the page before, and before it what it is sorted by */
static bool read_cursor(struct devices_state *state, const char *cursor)
{
	struct fleet_filter *filter = &state->filter;
	struct span rest = span_z(cursor), team;

	if ((valued(filter->sort) && !next_number(&rest, &filter->after_value)) ||
		!span_next(&rest, '.', &team) || !device_team_valid(team) ||
		!next_number(&rest, &filter->after_number) || span_next(&rest, '.', &team)) {
		return false;
	}
	if (filter->sort == FLEET_BY_STATE && !fleet_state_at((size_t)filter->after_value)) {
		return false;
	}
	memcpy(state->team, team.p, team.len);
	filter->after_team = state->team;
	return true;
}

static bool known_device_state(const char *word)
{
	static const char *const words[] = {"passing", "failing", "unknown", "silent"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(word, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool known_state(const char *word)
{
	enum posture_state state;

	return posture_state_parse(span_z(word), &state) == 0;
}

static bool valid_control(const char *word)
{
	return posture_id_valid(span_z(word));
}

static bool valid_team(const char *word)
{
	return device_team_valid(span_z(word));
}

static bool valid_text(const char *word)
{
	return strlen(word) <= 64;
}

static void read_filter(struct api_call *call)
{
	struct devices_state *state = call->state;
	struct fleet_filter *filter = &state->filter;
	const struct {
		const char *name;
		const char **slot;
		bool (*valid)(const char *word);
	} rows[] = {
		{"control", &filter->control, valid_control},
		{"control_state", &filter->control_state, known_state},
		{"group", &filter->team, valid_team},
		{"q", &filter->text, valid_text},
		{"state", &filter->state, known_device_state},
	};
	const char *cursor = api_query(call, "cursor"), *sort = api_query(call, "sort");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *value = api_query(call, rows[i].name);

		if (value && !rows[i].valid(value)) {
			answer_problem(&call->answer, 400, "The parameter %s has no such value.",
				rows[i].name);
			return;
		}
		*rows[i].slot = value;
	}
	if (filter->control_state && !filter->control) {
		answer_problem(&call->answer, 400, "control_state goes with control alone.");
	} else if (sort && !read_sort(filter, sort)) {
		answer_problem(&call->answer, 400, "The parameter sort has no such value.");
	} else if (cursor && !read_cursor(state, cursor)) {
		answer_problem(&call->answer, 400, "The parameter cursor has no such value.");
	}
	if (filter->control && !filter->control_state) {
		filter->control_state = "fail";
	}
}

static int show_devices(struct api_call *call, struct store *store)
{
	struct devices_state *state = call->state;
	struct json_object *body = NULL;
	int r;

	state->filter.reach = call->teams;
	r = fleet_read_devices(store, &state->filter, &body);

	return answer_object(call, r, body);
}

static const char *const devices_query[] = {
	"control", "control_state", "cursor", "group", "q", "sort", "state", NULL};

const struct api_route api_route_devices = {
	.method = HTTP_GET,
	.path = "/api/v1/devices",
	.needs = ROLE_DEVICES,
	.flags = API_SCOPED,
	.query = devices_query,
	.state_size = sizeof(struct devices_state),
	.before = read_filter,
	.steps = {{WORK_READ, show_devices}},
};

static int show_device(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = fleet_read_device(store, call->part, call->teams, &body);

	if (r == DEVICE_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such device.");
		return 0;
	}
	return answer_object(call, r, body);
}

const struct api_route api_route_device = {
	.method = HTTP_GET,
	.path = "/api/v1/devices/{}",
	.needs = ROLE_DEVICES,
	.flags = API_SCOPED,
	.steps = {{WORK_READ, show_device}},
};

static int show_controls(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = fleet_read_controls(store, &body);

	return answer_object(call, r, body);
}

const struct api_route api_route_controls = {
	.method = HTTP_GET,
	.path = "/api/v1/controls",
	.needs = ROLE_TOTALS,
	.steps = {{WORK_READ, show_controls}},
};

static int show_control(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = fleet_read_control(store, call->part, call->now_s, &body);

	if (r == DEVICE_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such control.");
		return 0;
	}
	if (r == 0 && !api_may(call, ROLE_DEVICES)) {
		r = leader_hide_control(body);
	}
	return answer_object(call, r, body);
}

const struct api_route api_route_control = {
	.method = HTTP_GET,
	.path = "/api/v1/controls/{}",
	.needs = ROLE_TOTALS,
	.steps = {{WORK_READ, show_control}},
};
