/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/tokens: what a program signs in with. */
#include "api.h"

#include "accounts.h"
#include "clock.h"
#include "moment.h"

#include <stddef.h>
#include <string.h>

#define DAYS_MAX 366

struct token_state {
	char name[ACCOUNTS_TOKEN_NAME_MAX + 1];
	char team[DEVICE_TEAM_MAX + 1];
	enum role role;
	int64_t days;
};

struct token_body {
	int64_t days;
	const char *group;
	const char *name;
	const char *role;
};

static const struct json_field fields[] = {
	{"days", JSON_WANT_INT, offsetof(struct token_body, days), true, DAYS_MAX},
	{"group", JSON_WANT_STRING, offsetof(struct token_body, group), true, DEVICE_TEAM_MAX},
	{"name", JSON_WANT_STRING, offsetof(struct token_body, name), true,
		ACCOUNTS_TOKEN_NAME_MAX},
	{"role", JSON_WANT_STRING, offsetof(struct token_body, role), true, 32},
};

static void read_token(struct api_call *call)
{
	struct token_state *state = call->state;
	struct json_object *object = NULL;
	struct token_body body = {0};

	if (!api_decode_body(call, fields, ARRAY_LEN(fields), &body, &object)) {
		return;
	}
	if (!auth_name_valid(span_z(body.name))) {
		answer_problem(&call->answer, 400,
			"The name may have letters a to z, digits and . _ - @ only.");
	} else if (role_parse(span_z(body.role), &state->role) < 0 ||
		   (body.group[0] && !device_team_valid(span_z(body.group)))) {
		answer_problem(&call->answer, 400, "There is no such role or group.");
	} else if (body.days < 1 || body.days > DAYS_MAX) {
		answer_problem(&call->answer, 400, "days takes 1 to %d.", DAYS_MAX);
	} else {
		memcpy(state->name, body.name, strlen(body.name));
		memcpy(state->team, body.group, strlen(body.group));
		state->days = body.days;
	}
	json_object_put(object);
}

static int answer_token(struct api_call *call, const char *id, const char *token, int64_t expires)
{
	struct json_object *body = json_object_new_object();
	int r = answer_add_text(body, "id", id);

	r = r != 0 ? r : answer_add_text(body, "token", token);
	r = r != 0 ? r : answer_add(body, "expires", moment_json_instant(expires));
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 201, body);
}

static int make_token(struct api_call *call, struct store *store)
{
	const struct token_state *state = call->state;
	const struct accounts_token terms = {call->session.name, state->name, state->team,
		state->role, call->now_s, call->now_s + state->days * CLOCK_DAY_S};
	char id[SECRET_ID_LEN + 1], token[SECRET_LEN + 1];
	int r = accounts_make_token(store, &terms, id, token);

	r = r != 0 ? r : api_audit(call, store, "token-make", state->name);
	r = r != 0 ? r : answer_token(call, id, token, terms.expires);
	explicit_bzero(token, sizeof(token));
	return r;
}

const struct api_route api_route_tokens_make = {
	.method = HTTP_POST,
	.path = "/api/v1/tokens",
	.needs = ROLE_ACCOUNTS,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct token_state),
	.before = read_token,
	.steps = {{WORK_WRITE, make_token}},
};

static int list_tokens(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = accounts_read_tokens(store, &body);

	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_tokens = {
	.method = HTTP_GET,
	.path = "/api/v1/tokens",
	.needs = ROLE_ACCOUNTS,
	.steps = {{WORK_READ, list_tokens}},
};

static int end_token(struct api_call *call, struct store *store)
{
	int r = accounts_end_token(store, call->part);

	if (r == ACCOUNTS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such token.");
		return 0;
	}
	r = r != 0 ? r : api_audit(call, store, "token-end", call->part);
	call->answer.status = r == 0 ? 204 : 0;
	return r;
}

const struct api_route api_route_tokens_end = {
	.method = HTTP_DELETE,
	.path = "/api/v1/tokens/{}",
	.needs = ROLE_ACCOUNTS,
	.flags = API_WRITE,
	.steps = {{WORK_WRITE, end_token}},
};
