/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/session and /api/v1/setup: who is at the console. */
#include "api-session.h"

#include "audit.h"
#include "factors.h"
#include "grants.h"
#include "moment.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>

#define NOT_RIGHT "Name, password or code is not right."

static const struct json_field sign_in_fields[] = {
	{"code", JSON_WANT_STRING, offsetof(struct session_body, code), false, FACTORS_TEXT_MAX},
	{"name", JSON_WANT_STRING, offsetof(struct session_body, name), true, AUTH_NAME_MAX},
	{"password", JSON_WANT_STRING, offsetof(struct session_body, password), true, PASSWORD_MAX},
};

bool session_read_body(struct api_call *call, const struct json_field *fields, size_t n)
{
	struct session_state *state = call->state;
	struct json_object *object = NULL;
	struct session_body body = {.code = "", .link = ""};

	if (!api_decode_body(call, fields, n, &body, &object)) {
		return false;
	}
	memcpy(state->name, body.name, strlen(body.name));
	memcpy(state->password, body.password, strlen(body.password));
	memcpy(state->link, body.link, strlen(body.link));
	memcpy(state->code, body.code, strlen(body.code));
	json_object_put(object);
	return true;
}

/* What may be done somewhere at least: the console leaves out what the server would refuse. */
static int add_rights(struct json_object *body, const struct auth_session *session)
{
	int last = auth_needs_factor(session) ? ROLE_OWN : ROLE_RIGHTS - 1;
	struct json_object *list = json_object_new_array();
	char teams[ROLE_TEAMS_LEN + 1];
	int r = answer_add(body, "rights", list);

	for (int right = ROLE_OWN; r == 0 && right <= last; right++) {
		if (role_reach(&session->grants, (enum role_right)right, teams) != ROLE_NOWHERE) {
			r = answer_push(list,
				json_object_new_string(role_right_name((enum role_right)right)));
		}
	}
	return r;
}

static int add_grants(struct json_object *body, const struct role_grants *grants)
{
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "grants", list);

	for (size_t i = 0; r == 0 && i < grants->n; i++) {
		struct json_object *item = json_object_new_object();

		r = answer_push(list, item);
		r = r != 0 ? r : answer_add_text(item, "group", grants->items[i].team);
		r = r != 0 ? r : answer_add_text(item, "role", role_name(grants->items[i].role));
	}
	return r;
}

static struct json_object *describe(const struct auth_session *session)
{
	struct json_object *body = json_object_new_object();
	int r = answer_add(body, "signed_in", json_object_new_boolean(true));

	r = r != 0 ? r : answer_add_text(body, "name", session->name);
	r = r != 0 ? r : add_grants(body, &session->grants);
	r = r != 0 ? r : add_rights(body, session);
	r = r != 0 ? r
		   : answer_add_text(body, "second_factor",
			     auth_needs_factor(session) ? "wanted"
			     : session->factor		? "on"
							: "off");
	r = r != 0 ? r : answer_add(body, "expires", moment_json_instant(session->expires));
	if (r != 0) {
		json_object_put(body);
		return NULL;
	}
	return body;
}

int session_sign_in(struct api_call *call, struct store *store, int status, const char *action)
{
	const struct session_state *state = call->state;
	struct auth_session session = {0};
	char cookie[SECRET_LEN + 1];
	int r = auth_start(store, state->name, call->now_s, cookie);

	r = r != 0 ? r : audit_append(store, call->now_s, state->name, action, "");
	r = r != 0 ? r : auth_check(store, span_z(cookie), call->now_s, &session);
	r = r != 0 ? r : answer_json(&call->answer, status, describe(&session));
	if (r == 0) {
		snprintf(call->answer.cookie, sizeof(call->answer.cookie),
			AUTH_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d",
			cookie, (int)AUTH_SESSION_S);
	}
	explicit_bzero(cookie, sizeof(cookie));
	return r;
}

static void begin_sign_in(struct api_call *call)
{
	(void)session_read_body(call, sign_in_fields, ARRAY_LEN(sign_in_fields));
}

static int count_try(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	int r = api_slow_down(call, store, state->name);

	state->tried = r == 0 && call->answer.status == 0;
	return r;
}

static int check_password(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	struct password stored;
	bool found = false, right = false;
	int r = auth_find_admin(store, state->name, &stored, &found);

	r = r != 0 ? r : password_check(found ? &stored : NULL, span_z(state->password), &right);
	if (r == 0 && !right) {
		answer_problem(&call->answer, 401, NOT_RIGHT);
	}
	return r;
}

/* Which kinds of a second factor would do; told only to who knows the password. */
static int ask_factor(struct api_call *call)
{
	struct json_object *body = json_object_new_object(), *list = json_object_new_array();
	int r = answer_add(body, "factors", list);

	r = r != 0 ? r : answer_push(list, json_object_new_string("totp"));
	r = r != 0 ? r : answer_push(list, json_object_new_string("recovery"));
	r = r != 0 ? r : answer_add(body, "signed_in", json_object_new_boolean(false));
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int start_session(struct api_call *call, struct store *store)
{
	const struct session_state *state = call->state;
	bool have = false, paper = false;
	int r = factors_have(store, state->name, &have);

	if (r == 0 && have && !state->code[0]) {
		return ask_factor(call);
	}
	if (r == 0 && have) {
		r = factors_use(store, state->name, span_z(state->code), call->now_s, &paper);
	}
	if (r > 0) {
		answer_problem(&call->answer, 401, NOT_RIGHT);
		return 0;
	}
	r = r != 0 ? r : throttle_forgive(store, span_z(state->name));
	return r != 0 ? r
		      : session_sign_in(call, store, 200, paper ? "sign-in-paper-code" : "sign-in");
}

/*
 * Only what is wrong counts: a busy server must lock nobody out. A right password whose code is
 * still to come forgives nothing, or else it would open the way to guess codes without a pause.
 */
static void end_sign_in(struct api_call *call)
{
	const struct session_state *state = call->state;

	if (state->tried && call->answer.status == 503) {
		api_forgive_later(call, state->name);
	}
}

const struct api_route api_route_session_start = {
	.method = HTTP_POST,
	.path = "/api/v1/session",
	.needs = ROLE_ANYBODY,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct session_state),
	.before = begin_sign_in,
	.after = end_sign_in,
	.steps = {{WORK_WRITE, count_try}, {WORK_SLOW, check_password},
		{WORK_WRITE, start_session}},
};

static int show_session(struct api_call *call, struct store *store)
{
	struct span cookie = url_find_cookie(call->request->cookie, AUTH_COOKIE);
	struct json_object *body;
	bool have = false;
	int r = auth_check(store, cookie, call->now_s, &call->session);

	if (r == 0) {
		return answer_json(&call->answer, 200, describe(&call->session));
	}
	r = r < 0 ? r : auth_have_admin(store, &have);
	if (r != 0) {
		return r;
	}
	body = json_object_new_object();
	r = answer_add(body, "signed_in", json_object_new_boolean(false));
	r = r != 0 ? r : answer_add(body, "setup", json_object_new_boolean(!have));
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

const struct api_route api_route_session_show = {
	.method = HTTP_GET,
	.path = "/api/v1/session",
	.needs = ROLE_ANYBODY,
	.steps = {{WORK_READ, show_session}},
};

static int end_session(struct api_call *call, struct store *store)
{
	int r = auth_end(store, url_find_cookie(call->request->cookie, AUTH_COOKIE));

	if (r == 0) {
		call->answer.status = 204;
		snprintf(call->answer.cookie, sizeof(call->answer.cookie),
			AUTH_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
	}
	return r;
}

const struct api_route api_route_session_end = {
	.method = HTTP_DELETE,
	.path = "/api/v1/session",
	.needs = ROLE_ANYBODY,
	.flags = API_WRITE,
	.steps = {{WORK_WRITE, end_session}},
};
