/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/v1/setup: a one-time link makes an account, or gives one a new password. */
#include "api-session.h"

#include "grants.h"

#include <stddef.h>
#include <string.h>

static const struct json_field fields[] = {
	{"link", JSON_WANT_STRING, offsetof(struct session_body, link), true, SESSION_LINK_MAX},
	{"name", JSON_WANT_STRING, offsetof(struct session_body, name), true, AUTH_NAME_MAX},
	{"password", JSON_WANT_STRING, offsetof(struct session_body, password), true, PASSWORD_MAX},
};

static void begin(struct api_call *call)
{
	struct session_state *state = call->state;

	if (!session_read_body(call, fields, ARRAY_LEN(fields))) {
		return;
	}
	if (!auth_name_valid(span_z(state->name))) {
		answer_problem(&call->answer, 400,
			"The name may have letters a to z, digits and . _ - @ only.");
	} else if (strlen(state->password) < PASSWORD_MIN) {
		answer_problem(&call->answer, 400, "The password needs at least %d characters.",
			PASSWORD_MIN);
	}
}

static int answer_link(struct api_call *call, int r)
{
	if (r == AUTH_E_UNKNOWN) {
		answer_problem(&call->answer, 401, "This link is not known here.");
	} else if (r == AUTH_E_EXPIRED) {
		answer_problem(&call->answer, 410, "This link was used or has expired.");
	}
	return r < 0 ? r : 0;
}

/* The link first, so that nobody without one learns which names there are. */
static int check_name(struct api_call *call, struct store *store, const struct auth_link *link)
{
	const struct session_state *state = call->state;
	struct password stored;
	bool found = false;
	int r = auth_find_admin(store, state->name, &stored, &found);

	if (r == 0 && !link->account[0] && found) {
		answer_problem(&call->answer, 409, "This name is taken: choose another.");
	} else if (r == 0 && link->account[0] && strcmp(link->account, AUTH_ANY_NAME) != 0 &&
		   (!found || strcmp(link->account, state->name) != 0)) {
		answer_problem(&call->answer, 409, "This link is for another name.");
	}
	return r;
}

static int check_link(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	struct auth_link link = {0};
	int r = auth_check_link(store, span_z(state->link), call->now_s, &link);

	if (r != 0) {
		return answer_link(call, r);
	}
	r = check_name(call, store, &link);
	return r != 0 || call->answer.status != 0
		       ? r
		       : password_make(span_z(state->password), &state->hashed);
}

/* A new password is a new beginning: what the former one's second factor was ends with it. */
static int use_link(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	struct auth_link link = {0};
	bool renews;
	int r = auth_check_link(store, span_z(state->link), call->now_s, &link);

	if (r != 0) {
		return answer_link(call, r);
	}
	r = check_name(call, store, &link);
	if (r != 0 || call->answer.status != 0) {
		return r;
	}
	renews = strcmp(link.account, state->name) == 0;
	r = auth_use_link(store, span_z(state->link), call->now_s, &link);
	r = r != 0 ? r : auth_put_admin(store, state->name, &state->hashed);
	r = r != 0 ? r : factors_forget(store, state->name);
	if (r == 0 && !renews) {
		r = grants_put(store, state->name, &link.grants);
	}
	return r != 0 ? r : session_sign_in(call, store, 201, renews ? "new-password" : "setup");
}

const struct api_route api_route_setup = {
	.method = HTTP_POST,
	.path = "/api/v1/setup",
	.needs = ROLE_ANYBODY,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct session_state),
	.before = begin,
	.steps = {{WORK_SLOW, check_link}, {WORK_WRITE, use_link}},
};
