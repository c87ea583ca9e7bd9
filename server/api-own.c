/* SPDX-License-Identifier: Apache-2.0 */
/* One's own password and second factor. */
#include "api-session.h"

#include "moment.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>

#define URI_MAX 256

struct own_state {
	char password[PASSWORD_MAX + 1];
	char new_password[PASSWORD_MAX + 1];
	char code[FACTORS_TEXT_MAX + 1];
	struct password hashed;
	bool tried;
};

struct own_body {
	const char *code;
	const char *new_password;
	const char *password;
};

static bool read_own(struct api_call *call, const struct json_field *fields, size_t n)
{
	struct own_state *state = call->state;
	struct json_object *object = NULL;
	struct own_body body = {"", "", ""};

	if (!api_decode_body(call, fields, n, &body, &object)) {
		return false;
	}
	memcpy(state->code, body.code, strlen(body.code));
	memcpy(state->new_password, body.new_password, strlen(body.new_password));
	memcpy(state->password, body.password, strlen(body.password));
	json_object_put(object);
	return true;
}

/* Who took over an open session guesses as slowly as who has none. */
static int slow_down(struct api_call *call, struct store *store)
{
	struct own_state *state = call->state;
	int r = api_slow_down(call, store, call->session.name);

	state->tried = r == 0 && call->answer.status == 0;
	return r;
}

static void forgive(struct api_call *call)
{
	const struct own_state *state = call->state;

	if (state->tried && call->answer.status == 503) {
		api_forgive_later(call, call->session.name);
	}
}

static int check_own_password(struct api_call *call, struct store *store)
{
	const struct own_state *state = call->state;
	struct password stored;
	bool found = false, right = false;
	int r = auth_find_admin(store, call->session.name, &stored, &found);

	r = r != 0 ? r : password_check(found ? &stored : NULL, span_z(state->password), &right);
	if (r == 0 && !right) {
		answer_problem(&call->answer, 409, "This is not your present password.");
	}
	return r;
}

static const struct json_field password_fields[] = {
	{"new_password", JSON_WANT_STRING, offsetof(struct own_body, new_password), true,
		PASSWORD_MAX},
	{"password", JSON_WANT_STRING, offsetof(struct own_body, password), true, PASSWORD_MAX},
};

static void begin_password(struct api_call *call)
{
	const struct own_state *state = call->state;

	if (!read_own(call, password_fields, ARRAY_LEN(password_fields))) {
		return;
	}
	if (strlen(state->new_password) < PASSWORD_MIN) {
		answer_problem(&call->answer, 400, "The password needs at least %d characters.",
			PASSWORD_MIN);
	}
}

static int make_password(struct api_call *call, struct store *store)
{
	struct own_state *state = call->state;
	int r = check_own_password(call, store);

	return r != 0 || call->answer.status != 0
		       ? r
		       : password_make(span_z(state->new_password), &state->hashed);
}

static int put_password(struct api_call *call, struct store *store)
{
	const struct own_state *state = call->state;
	int r = auth_put_password(store, call->session.name, &state->hashed);

	r = r != 0 ? r : throttle_forgive(store, span_z(call->session.name));
	r = r != 0 ? r : auth_end_others(store, call->session.name, call->session.hash);
	r = r != 0 ? r : api_audit(call, store, "new-password", "");
	if (r == 0) {
		call->answer.status = 204;
	}
	return r;
}

const struct api_route api_route_own_password = {
	.method = HTTP_POST,
	.path = "/api/v1/session/password",
	.needs = ROLE_OWN,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct own_state),
	.before = begin_password,
	.after = forgive,
	.steps = {{WORK_WRITE, slow_down}, {WORK_SLOW, make_password}, {WORK_WRITE, put_password}},
};

static const struct json_field begin_fields[] = {
	{"password", JSON_WANT_STRING, offsetof(struct own_body, password), true, PASSWORD_MAX},
};

static void begin_totp(struct api_call *call)
{
	(void)read_own(call, begin_fields, ARRAY_LEN(begin_fields));
}

/* The address that every app takes from a QR code: a name has no sign that it would escape. */
static int answer_secret(struct api_call *call, const char *secret)
{
	struct json_object *body = json_object_new_object();
	char uri[URI_MAX];
	int r = answer_add_text(body, "secret", secret);

	snprintf(uri, sizeof(uri), "otpauth://totp/Caretaker:%s?secret=%s&issuer=Caretaker",
		call->session.name, secret);
	r = r != 0 ? r : answer_add_text(body, "uri", uri);
	explicit_bzero(uri, sizeof(uri));
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int put_secret(struct api_call *call, struct store *store)
{
	char secret[TOTP_SECRET_LEN + 1];
	int r = factors_begin(store, call->session.name, secret);

	r = r != 0 ? r : throttle_forgive(store, span_z(call->session.name));
	r = r != 0 ? r : answer_secret(call, secret);
	explicit_bzero(secret, sizeof(secret));
	return r;
}

const struct api_route api_route_own_totp = {
	.method = HTTP_POST,
	.path = "/api/v1/session/totp",
	.needs = ROLE_OWN,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct own_state),
	.before = begin_totp,
	.after = forgive,
	.steps = {{WORK_WRITE, slow_down}, {WORK_SLOW, check_own_password},
		{WORK_WRITE, put_secret}},
};

static const struct json_field confirm_fields[] = {
	{"code", JSON_WANT_STRING, offsetof(struct own_body, code), true, FACTORS_TEXT_MAX},
};

static void begin_confirm(struct api_call *call)
{
	(void)read_own(call, confirm_fields, ARRAY_LEN(confirm_fields));
}

static int answer_codes(struct api_call *call, const struct factors_codes *codes)
{
	struct json_object *body = json_object_new_object(), *list = json_object_new_array();
	int r = answer_add(body, "codes", list);

	for (size_t i = 0; r == 0 && i < FACTORS_CODES; i++) {
		r = answer_push(list, json_object_new_string(codes->items[i]));
	}
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int confirm(struct api_call *call, struct store *store)
{
	const struct own_state *state = call->state;
	const char *name = call->session.name;
	struct factors_codes codes = {0};
	int r = factors_confirm(store, name, span_z(state->code), call->now_s, &codes);

	if (r > 0) {
		answer_problem(&call->answer, 409,
			"This is not the code that the app shows now; is the clock of both right?");
		return 0;
	}
	r = r != 0 ? r : auth_end_others(store, name, call->session.hash);
	r = r != 0 ? r : api_audit(call, store, "second-factor", "");
	r = r != 0 ? r : answer_codes(call, &codes);
	explicit_bzero(&codes, sizeof(codes));
	return r;
}

const struct api_route api_route_own_totp_confirm = {
	.method = HTTP_POST,
	.path = "/api/v1/session/totp/confirm",
	.needs = ROLE_OWN,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct own_state),
	.before = begin_confirm,
	.steps = {{WORK_WRITE, confirm}},
};
