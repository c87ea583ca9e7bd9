/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/v1/enrol: a device enters with a token and its own key. */
#include "api.h"

#include "device.h"
#include "enrol.h"
#include "jws.h"
#include "policies.h"

#include <stddef.h>
#include <string.h>

struct enrol_state {
	char public_key[DEVICE_KEY_LEN + 1];
	char token[ENROL_TOKEN_LEN + 1];
};

struct enrol_body {
	int64_t format;
	const char *token;
};

static const struct json_field fields[] = {
	{"format", JSON_WANT_INT, offsetof(struct enrol_body, format), true, 1},
	{"token", JSON_WANT_STRING, offsetof(struct enrol_body, token), true, ENROL_TOKEN_LEN},
};

static int read_payload(struct api_call *call, struct span payload)
{
	struct enrol_state *state = call->state;
	struct json_object *object = NULL;
	struct enrol_body body = {0};
	struct json_error error = {0};
	int r = json_parse(payload, &object, &error);

	r = r != 0 ? r : json_decode(object, fields, ARRAY_LEN(fields), &body, &error);
	if (r > 0) {
		answer_problem(&call->answer, 400, "The enrolment is not right at %s: %s.",
			error.where, error.what);
	} else if (r == 0 && body.format != 1) {
		answer_problem(&call->answer, 400, "The enrolment has a format unknown here.");
	} else if (r == 0) {
		memcpy(state->token, body.token, strlen(body.token));
	}
	json_object_put(object);
	return r < 0 ? r : 0;
}

/* The key signs for itself: that proves the device holds it. */
static int verify(struct api_call *call, struct store *store)
{
	struct enrol_state *state = call->state;
	cleanup(jws_header_finish) struct jws_header header = {0};
	cleanup(free_ptr) char *payload = NULL;
	size_t len = 0;
	int r = jws_peek(call->request->body, JWS_TYP_ENROL, &header);

	(void)store;
	if (r == 0 && !header.jwk) {
		r = JWS_E_FORMAT;
	}
	if (r == 0) {
		r = jws_verify(header.jwk, JWS_TYP_ENROL, call->request->body, &payload, &len);
	}
	if (r == JWS_E_SIGNATURE) {
		answer_problem(
			&call->answer, 401, "The signature is not by the key that came along.");
	} else if (r > 0) {
		answer_problem(&call->answer, 400, "This is no signed enrolment.");
	}
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	r = device_key_text(header.jwk, state->public_key);
	return r < 0 ? r : read_payload(call, (struct span){payload, len});
}

static int answer_device(struct api_call *call, struct store *store, const struct device *device)
{
	struct json_object *body = json_object_new_object();
	struct str jws = {.max = JWS_MAX};
	struct json_object *key = NULL;
	struct policies_line line = policies_line_of(device);
	int r = policies_newer(store, &line, 0, &jws);

	if (r == 0 && jws.len == 0) {
		answer_problem(&call->answer, 503, "The school has no policy yet.");
		str_finish(&jws);
		json_object_put(body);
		return 0;
	}
	r = r != 0 ? r : json_parse(span_z(call->app->policy_key), &key, NULL);
	r = r != 0 ? r : answer_add(body, "policy_key", TAKE_PTR(key));
	r = r != 0 ? r : answer_add_text(body, "policy", jws.p);
	r = r != 0 ? r : answer_add_text(body, "device", device->id);
	r = r != 0 ? r : answer_add_int(body, "format", 1);
	str_finish(&jws);
	json_object_put(key);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 201, body);
}

static int enter(struct api_call *call, struct store *store)
{
	struct enrol_state *state = call->state;
	struct device device = {0};
	int r = device_enrol(store, state->public_key, span_z(state->token), call->now_s, &device);

	if (r == DEVICE_E_NO_TOKEN) {
		answer_problem(&call->answer, 401, "This enrolment code is not known here.");
	} else if (r == DEVICE_E_TOKEN_USED) {
		answer_problem(
			&call->answer, 410, "This enrolment code is used up or has expired.");
	} else if (r == 0) {
		return answer_device(call, store, &device);
	}
	return r < 0 ? r : 0;
}

const struct api_route api_route_enrol = {
	.method = HTTP_POST,
	.path = "/api/v1/enrol",
	.needs = ROLE_BY_SIGNATURE,
	.flags = API_JOSE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct enrol_state),
	.steps = {{WORK_VERIFY, verify}, {WORK_WRITE, enter}},
};
