/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/codes: how devices come in. */
#include "api.h"

#include "clock.h"
#include "codes.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>

struct code_state {
	char url[ENROL_URL_MAX + 1];
	char team[DEVICE_TEAM_MAX + 1];
	struct device_token terms;
};

struct code_body {
	int64_t days;
	const char *group;
	const char *ownership;
	int64_t uses;
};

static const struct json_field fields[] = {
	{"days", JSON_WANT_INT, offsetof(struct code_body, days), true, CODES_DAYS_MAX},
	{"group", JSON_WANT_STRING, offsetof(struct code_body, group), true, DEVICE_TEAM_MAX},
	{"ownership", JSON_WANT_STRING, offsetof(struct code_body, ownership), true, 16},
	{"uses", JSON_WANT_INT, offsetof(struct code_body, uses), true, CODES_USES_MAX},
};

static void check_terms(struct api_call *call, const struct code_body *body)
{
	struct code_state *state = call->state;

	if (moment_parse_owner(span_z(body->ownership), &state->terms.owner) < 0) {
		answer_problem(&call->answer, 400, "ownership takes school or private.");
	} else if (!device_team_valid(span_z(body->group))) {
		answer_problem(&call->answer, 400,
			"group takes 1 to %d letters a to z, digits and dashes.", DEVICE_TEAM_MAX);
	} else if (!role_in_teams(call->teams, body->group)) {
		answer_problem(&call->answer, 403, "You may make codes for your groups only.");
	} else if (body->uses < 1 || body->uses > CODES_USES_MAX || body->days < 1 ||
		   body->days > CODES_DAYS_MAX) {
		answer_problem(&call->answer, 400, "uses takes 1 to %d, days 1 to %d.",
			CODES_USES_MAX, CODES_DAYS_MAX);
	} else {
		memcpy(state->team, body->group, strlen(body->group));
		state->terms.team = state->team;
		state->terms.uses = body->uses;
		state->terms.expires = call->now_s + body->days * CLOCK_DAY_S;
	}
}

/* A device goes to the address that the console was opened at. */
static void read_terms(struct api_call *call)
{
	struct code_state *state = call->state;
	struct span host = call->request->host;
	struct json_object *object = NULL;
	struct code_body body = {0};

	if (!api_decode_body(call, fields, ARRAY_LEN(fields), &body, &object)) {
		return;
	}
	check_terms(call, &body);
	json_object_put(object);
	snprintf(state->url, sizeof(state->url), "https://%.*s", (int)host.len, host.p);
	if (call->answer.status == 0 &&
		(host.len > ENROL_URL_MAX / 2 || !enrol_url_valid(span_z(state->url)))) {
		answer_problem(&call->answer, 400, "The Host header is no address of this server.");
	}
}

static int answer_code(struct api_call *call, const char *id, const struct enrol *enrol)
{
	const struct code_state *state = call->state;
	cleanup(str_finish) struct str text = {.max = ENROL_TEXT_MAX};
	struct json_object *body = json_object_new_object();
	int r = enrol_write(enrol, &text);

	r = r != 0 ? r : answer_add_text(body, "code", text.p);
	r = r != 0 ? r : answer_add_text(body, "id", id);
	r = r != 0 ? r : answer_add(body, "expires", moment_json_instant(state->terms.expires));
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 201, body);
}

static int make_code(struct api_call *call, struct store *store)
{
	const struct code_state *state = call->state;
	struct enrol enrol = *call->app->enrol;
	char id[SECRET_ID_LEN + 1];
	int r = secret_new(enrol.token);

	memcpy(enrol.url, state->url, sizeof(enrol.url));
	r = r < 0 ? r : codes_put(store, enrol.token, &state->terms, call->now_s, id);
	r = r != 0 ? r : api_audit(call, store, "code-make", state->team);
	r = r != 0 ? r : answer_code(call, id, &enrol);
	explicit_bzero(&enrol, sizeof(enrol));
	return r;
}

const struct api_route api_route_codes_make = {
	.method = HTTP_POST,
	.path = "/api/v1/codes",
	.needs = ROLE_ENROL,
	.flags = API_JSON | API_WRITE | API_SCOPED,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct code_state),
	.before = read_terms,
	.steps = {{WORK_WRITE, make_code}},
};

static int list_codes(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = codes_read(store, call->teams, call->now_s, &body);

	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_codes = {
	.method = HTTP_GET,
	.path = "/api/v1/codes",
	.needs = ROLE_ENROL,
	.flags = API_SCOPED,
	.steps = {{WORK_READ, list_codes}},
};

static int revoke_code(struct api_call *call, struct store *store)
{
	char team[DEVICE_TEAM_MAX + 1];
	int r = codes_revoke(store, call->part, call->teams, team);

	if (r == CODES_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such code.");
		return 0;
	}
	r = r != 0 ? r : api_audit(call, store, "code-revoke", team);
	call->answer.status = r == 0 ? 204 : 0;
	return r;
}

const struct api_route api_route_codes_revoke = {
	.method = HTTP_DELETE,
	.path = "/api/v1/codes/{}",
	.needs = ROLE_ENROL,
	.flags = API_WRITE | API_SCOPED,
	.steps = {{WORK_WRITE, revoke_code}},
};
