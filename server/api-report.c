/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/v1/reports and /api/v1/leave: what a device signs with the key it entered with. */
#include "api.h"

#include "device.h"
#include "jws.h"
#include "policies.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

struct report_state {
	struct report report;
	char public_key[DEVICE_KEY_LEN + 1];
	char hash[SECRET_HASH_LEN + 1];
};

static void report_state_finish(void *data)
{
	report_finish(&((struct report_state *)data)->report);
}

/* One answer for a device that is not known and for a foreign key: neither tells who is here. */
static void answer_not_known(struct api_call *call)
{
	answer_problem(&call->answer, 401, "No device here signs with this key under this id.");
}

/* As the store knows it, or knew it not long ago. DEVICE_E_UNKNOWN */
static int find_key(struct api_call *call, struct store *store, const char *id,
	char ret_key[DEVICE_KEY_LEN + 1])
{
	struct device device = {0};
	int r;

	if (known_keys_find(call->app->known_keys, id, call->app->boot_s(), ret_key)) {
		return 0;
	}
	r = device_find(store, id, &device);
	if (r == 0 && device.lost) {
		r = DEVICE_E_UNKNOWN;
	}
	if (r == 0) {
		memcpy(ret_key, device.public_key, sizeof(device.public_key));
		known_keys_put(call->app->known_keys, id, ret_key);
	}
	return r;
}

struct opened {
	char device[REPORT_DEVICE_LEN + 1];
	char *payload;
	size_t len;
};

static void opened_finish(struct opened *opened)
{
	free(opened->payload);
}

/* The payload, once its signature is that of the device it names; else the answer says why not. */
static int open_signed(struct api_call *call, struct store *store, const char *typ,
	char ret_key[DEVICE_KEY_LEN + 1], struct opened *ret_opened)
{
	cleanup(jws_header_finish) struct jws_header header = {0};
	int r = jws_peek(call->request->body, typ, &header);

	if (r > 0 || (r == 0 && (header.jwk || strlen(header.kid) != REPORT_DEVICE_LEN))) {
		answer_problem(&call->answer, 400, "This is not signed the way a device signs.");
		return 0;
	}
	r = r < 0 ? r : find_key(call, store, header.kid, ret_key);
	if (r == 0) {
		memcpy(ret_opened->device, header.kid, sizeof(ret_opened->device));
		r = verify_open(call->app->verify, ret_key, call->request->body,
			&ret_opened->payload, &ret_opened->len);
	}
	if (r > 0) {
		answer_not_known(call);
		return 0;
	}
	return r;
}

static int verify_report(struct api_call *call, struct store *store)
{
	struct report_state *state = call->state;
	cleanup(opened_finish) struct opened opened = {0};
	struct json_error error = {0};
	struct span payload;
	int r = open_signed(call, store, JWS_TYP_REPORT, state->public_key, &opened);

	if (r < 0 || call->answer.status != 0) {
		return r;
	}
	payload = (struct span){opened.payload, opened.len};
	r = report_parse(payload, &state->report, &error);
	if (r > 0) {
		answer_problem(&call->answer, 400, "The report is not right at %s: %s.",
			error.where, error.what);
	} else if (r == 0 && strcmp(state->report.device, opened.device) != 0) {
		answer_problem(&call->answer, 400, "The report names another device.");
	} else if (r == 0) {
		/* Of the payload: a report that is sealed anew is still the same report. */
		r = secret_hash(payload, state->hash);
	}
	return r < 0 ? r : 0;
}

/* The one answer that a fleet asks for all day is spelt here, not built: a JWS has nothing that
 * JSON would escape (RFC 7515 section 7.1). */
static int spell_answer(
	struct http_answer *answer, const struct report *report, const char *policy, bool want_full)
{
	answer->status = 200;
	answer->type = "application/json";
	answer->body.max = ANSWER_MAX;
	return str_appendf(&answer->body,
		"{\"accepted\":%" PRId64 ",\"format\":1,%s%s%s\"want\":\"%s\"}", report->sequence,
		policy ? "\"policy\":\"" : "", policy ? policy : "", policy ? "\"," : "",
		want_full ? "full" : "delta");
}

static int answer_report(struct api_call *call, struct store *store, const struct device *device)
{
	const struct report *report = &((struct report_state *)call->state)->report;
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};
	struct policies_line line = policies_line_of(device);
	int r = policies_newer(store, &line, report->policy, &jws);

	return r != 0 ? r : spell_answer(&call->answer, report, jws.p, device->want_full);
}

static int take_report(struct api_call *call, struct store *store)
{
	struct report_state *state = call->state;
	const struct device_signed by = {state->public_key, state->hash};
	struct device device = {0};
	int r = device_report(store, &state->report, &by, call->now_s, &device);

	if (r == DEVICE_E_UNKNOWN) {
		answer_not_known(call);
	} else if (r == DEVICE_E_CONFLICT) {
		answer_problem(&call->answer, 409,
			"Another report came under sequence %lld, or it is long past.",
			(long long)state->report.sequence);
	} else if (r == 0) {
		return answer_report(call, store, &device);
	}
	return r < 0 ? r : 0;
}

const struct api_route api_route_reports = {
	.method = HTTP_POST,
	.path = "/api/v1/reports",
	.needs = ROLE_BY_SIGNATURE,
	.flags = API_JOSE,
	.max_body = API_REPORT_MAX,
	.state_size = sizeof(struct report_state),
	.finish = report_state_finish,
	.steps = {{WORK_VERIFY, verify_report, false, true}, {WORK_WRITE, take_report, true, true}},
};

struct leave_state {
	char device[REPORT_DEVICE_LEN + 1];
	char public_key[DEVICE_KEY_LEN + 1];
	int64_t sequence;
};

struct leave_body {
	const char *device;
	int64_t format;
	int64_t sequence;
};

static const struct json_field leave_fields[] = {
	{"device", JSON_WANT_STRING, offsetof(struct leave_body, device), true, REPORT_DEVICE_LEN},
	{"format", JSON_WANT_INT, offsetof(struct leave_body, format), true, 1},
	{"sequence", JSON_WANT_INT, offsetof(struct leave_body, sequence), true, 0},
};

static int verify_leave(struct api_call *call, struct store *store)
{
	struct leave_state *state = call->state;
	cleanup(opened_finish) struct opened opened = {0};
	cleanup(json_put) struct json_object *object = NULL;
	struct json_error error = {0};
	struct leave_body body = {0};
	int r = open_signed(call, store, JWS_TYP_LEAVE, state->public_key, &opened);

	if (r < 0 || call->answer.status != 0) {
		return r;
	}
	r = json_parse((struct span){opened.payload, opened.len}, &object, &error);
	r = r != 0 ? r : json_decode(object, leave_fields, ARRAY_LEN(leave_fields), &body, &error);
	if (r > 0) {
		answer_problem(&call->answer, 400, "The farewell is not right at %s: %s.",
			error.where, error.what);
	} else if (r == 0 && (body.format != 1 || strcmp(body.device, opened.device) != 0)) {
		answer_problem(&call->answer, 400, "The farewell names another device or format.");
	} else if (r == 0) {
		memcpy(state->device, opened.device, sizeof(state->device));
		state->sequence = body.sequence;
	}
	return r < 0 ? r : 0;
}

static int take_leave(struct api_call *call, struct store *store)
{
	struct leave_state *state = call->state;
	struct json_object *body;
	struct device device = {0};
	int r = device_find_signer(store, state->device, state->public_key, &device);

	if (r == DEVICE_E_UNKNOWN) {
		answer_not_known(call);
		return 0;
	}
	if (r == 0 && state->sequence <= device.sequence) {
		answer_problem(&call->answer, 409, "A report came under sequence %lld already.",
			(long long)state->sequence);
		return 0;
	}
	r = r != 0 ? r : device_erase(store, device.id);
	if (r != 0) {
		return r;
	}
	known_keys_drop(call->app->known_keys, device.id);
	call->job.erases = true;
	body = json_object_new_object();
	r = answer_add(body, "erased", json_object_new_boolean(true));
	r = r != 0 ? r : answer_add_int(body, "format", 1);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

const struct api_route api_route_leave = {
	.method = HTTP_POST,
	.path = "/api/v1/leave",
	.needs = ROLE_BY_SIGNATURE,
	.flags = API_JOSE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct leave_state),
	.steps = {{WORK_VERIFY, verify_leave}, {WORK_WRITE, take_leave}},
};
