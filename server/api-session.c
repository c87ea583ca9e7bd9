/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/session and /api/v1/setup: who is at the console. */
#include "api.h"

#include "audit.h"
#include "grants.h"
#include "moment.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>

#define LINK_MAX 64

struct session_state {
	char name[AUTH_NAME_MAX + 1];
	char password[PASSWORD_MAX + 1];
	char link[LINK_MAX + 1];
	struct password hashed;
	bool tried;
};

struct session_body {
	const char *link;
	const char *name;
	const char *password;
};

static const struct json_field setup_fields[] = {
	{"link", JSON_WANT_STRING, offsetof(struct session_body, link), true, LINK_MAX},
	{"name", JSON_WANT_STRING, offsetof(struct session_body, name), true, AUTH_NAME_MAX},
	{"password", JSON_WANT_STRING, offsetof(struct session_body, password), true, PASSWORD_MAX},
};

static bool read_body(struct api_call *call, const struct json_field *fields, size_t n)
{
	struct session_state *state = call->state;
	struct json_object *object = NULL;
	struct session_body body = {.link = ""};

	if (!api_decode_body(call, fields, n, &body, &object)) {
		return false;
	}
	memcpy(state->name, body.name, strlen(body.name));
	memcpy(state->password, body.password, strlen(body.password));
	memcpy(state->link, body.link, strlen(body.link));
	json_object_put(object);
	return true;
}

/* What may be done somewhere at least: the console leaves out what the server would refuse. */
static int add_rights(struct json_object *body, const struct role_grants *grants)
{
	struct json_object *list = json_object_new_array();
	char teams[ROLE_TEAMS_LEN + 1];
	int r = answer_add(body, "rights", list);

	for (int right = ROLE_OWN; r == 0 && right < ROLE_RIGHTS; right++) {
		if (role_reach(grants, (enum role_right)right, teams) != ROLE_NOWHERE) {
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

static struct json_object *describe(
	const char *name, const struct role_grants *grants, int64_t expires)
{
	struct json_object *body = json_object_new_object();
	int r = answer_add(body, "signed_in", json_object_new_boolean(true));

	r = r != 0 ? r : answer_add_text(body, "name", name);
	r = r != 0 ? r : add_grants(body, grants);
	r = r != 0 ? r : add_rights(body, grants);
	r = r != 0 ? r : answer_add(body, "expires", moment_json_instant(expires));
	if (r != 0) {
		json_object_put(body);
		return NULL;
	}
	return body;
}

static int sign_in(struct api_call *call, struct store *store, int status, const char *action)
{
	const struct session_state *state = call->state;
	struct role_grants grants = {0};
	char cookie[SECRET_LEN + 1];
	int r = auth_start(store, state->name, call->now_s, cookie);

	r = r != 0 ? r : audit_append(store, call->now_s, state->name, action, "");
	r = r != 0 ? r : grants_read(store, state->name, &grants);
	r = r != 0 ? r
		   : answer_json(&call->answer, status,
			     describe(state->name, &grants, call->now_s + AUTH_SESSION_S));
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
	struct session_state *state = call->state;
	int wait_s = 0;

	if (!read_body(call, setup_fields + 1, ARRAY_LEN(setup_fields) - 1)) {
		return;
	}
	if (throttle_try(call->app->throttle, span_z(state->name), call->app->boot_s(), &wait_s) <
		0) {
		answer_problem(&call->answer, 503, "The server cannot check this now.");
	} else if (wait_s > 0) {
		answer_problem(&call->answer, 429,
			"Too many tries for this name. Try again in %d seconds.", wait_s);
		call->answer.retry_after_s = wait_s;
	} else {
		state->tried = true;
	}
}

static int check_password(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	struct password stored;
	bool found = false, right = false;
	int r = auth_find_admin(store, state->name, &stored, &found);

	r = r != 0 ? r : password_check(found ? &stored : NULL, span_z(state->password), &right);
	if (r == 0 && !right) {
		answer_problem(&call->answer, 401, "Name or password is not right.");
	}
	return r;
}

static int start_session(struct api_call *call, struct store *store)
{
	return sign_in(call, store, 200, "sign-in");
}

/* Only a wrong password counts: a busy server must lock nobody out. */
static void end_sign_in(struct api_call *call)
{
	const struct session_state *state = call->state;

	if (state->tried && call->answer.status != 401) {
		throttle_forgive(call->app->throttle, span_z(state->name));
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
	.steps = {{WORK_SLOW, check_password}, {WORK_WRITE, start_session}},
};

static int show_session(struct api_call *call, struct store *store)
{
	struct span cookie = url_find_cookie(call->request->cookie, AUTH_COOKIE);
	struct json_object *body;
	bool have = false;
	int r = auth_check(store, cookie, call->now_s, &call->session);

	if (r == 0) {
		return answer_json(&call->answer, 200,
			describe(call->session.name, &call->session.grants, call->session.expires));
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

static void begin_setup(struct api_call *call)
{
	struct session_state *state = call->state;

	if (!read_body(call, setup_fields, ARRAY_LEN(setup_fields))) {
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

static int check_link(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	int r = auth_check_link(store, span_z(state->link), call->now_s);

	return r != 0 ? answer_link(call, r)
		      : password_make(span_z(state->password), &state->hashed);
}

static int use_link(struct api_call *call, struct store *store)
{
	struct session_state *state = call->state;
	int r = auth_use_link(store, span_z(state->link), call->now_s);

	if (r != 0) {
		return answer_link(call, r);
	}
	r = auth_put_admin(store, state->name, &state->hashed);
	r = r != 0 ? r : grants_put_one(store, state->name, ROLE_ADMINISTRATOR);
	return r != 0 ? r : sign_in(call, store, 201, "setup");
}

const struct api_route api_route_setup = {
	.method = HTTP_POST,
	.path = "/api/v1/setup",
	.needs = ROLE_ANYBODY,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct session_state),
	.before = begin_setup,
	.steps = {{WORK_SLOW, check_link}, {WORK_WRITE, use_link}},
};
