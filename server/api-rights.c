/* SPDX-License-Identifier: Apache-2.0 */
/* What families may ask of the school, and a device that is lost. */
#include "api.h"

#include "rights.h"

#include <string.h>

static int answer_unknown(struct api_call *call, int r)
{
	if (r == RIGHTS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such device.");
		return 0;
	}
	return r;
}

/* Only what the log needs: which device it was is told by the device's own page alone. */
static int note(struct api_call *call, struct store *store, const char *id, const char *action)
{
	char receipt[RIGHTS_RECEIPT_LEN + 1];
	int r = rights_receipt(id, receipt);

	return r != 0 ? r : api_audit(call, store, action, receipt);
}

static int show_rights(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	char id[REPORT_DEVICE_LEN + 1];
	int r = rights_find(store, span_z(call->part), id);

	r = r != 0 ? r : rights_read(store, id, &body);
	return r != 0 ? answer_unknown(call, r) : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_rights = {
	.method = HTTP_GET,
	.path = "/api/v1/devices/{}/rights",
	.needs = ROLE_PERSONAL,
	.steps = {{WORK_READ, show_rights}},
};

static int export(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	char id[REPORT_DEVICE_LEN + 1];
	int r = rights_find(store, span_z(call->part), id);

	r = r != 0 ? r : rights_export(store, call->now_s, id, &body);
	if (r != 0) {
		return answer_unknown(call, r);
	}
	r = note(call, store, id, "device-export");
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

const struct api_route api_route_rights_export = {
	.method = HTTP_POST,
	.path = "/api/v1/devices/{}/export",
	.needs = ROLE_PERSONAL,
	.flags = API_WRITE,
	.max_body = API_BODY_MAX,
	.steps = {{WORK_WRITE, export}},
};

static int answer_receipt(struct api_call *call, const char *id)
{
	struct json_object *body = json_object_new_object();
	char receipt[RIGHTS_RECEIPT_LEN + 1];
	int r = rights_receipt(id, receipt);

	r = r != 0 ? r : answer_add_text(body, "receipt", receipt);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int erase(struct api_call *call, struct store *store)
{
	char id[REPORT_DEVICE_LEN + 1];
	int r = rights_find(store, span_z(call->part), id);

	r = r != 0 ? r : rights_erase(store, call->now_s, id);
	if (r != 0) {
		return answer_unknown(call, r);
	}
	known_keys_drop(call->app->known_keys, id);
	call->job.erases = true;
	r = note(call, store, id, "device-erase");
	return r != 0 ? r : answer_receipt(call, id);
}

const struct api_route api_route_rights_erase = {
	.method = HTTP_POST,
	.path = "/api/v1/devices/{}/erase",
	.needs = ROLE_PERSONAL,
	.flags = API_WRITE,
	.max_body = API_BODY_MAX,
	.steps = {{WORK_WRITE, erase}},
};

struct rights_state {
	char control[POSTURE_ID_MAX + 1];
	char reason[RIGHTS_REASON_MAX + 1];
	bool lost;
};

struct dispute_body {
	const char *control;
	const char *reason;
};

static const struct json_field dispute_fields[] = {
	{"control", JSON_WANT_STRING, offsetof(struct dispute_body, control), true, POSTURE_ID_MAX},
	{"reason", JSON_WANT_STRING, offsetof(struct dispute_body, reason), true,
		RIGHTS_REASON_MAX},
};

static int read_dispute(struct api_call *call, struct store *store)
{
	struct rights_state *state = call->state;
	struct json_object *object = NULL;
	struct dispute_body body = {0};

	(void)store;
	if (api_decode_body(call, dispute_fields, ARRAY_LEN(dispute_fields), &body, &object)) {
		memcpy(state->control, body.control, strlen(body.control));
		memcpy(state->reason, body.reason, strlen(body.reason));
	}
	json_object_put(object);
	return 0;
}

static int dispute(struct api_call *call, struct store *store)
{
	const struct rights_state *state = call->state;
	const char *reason = strcmp(state->reason, "settled") == 0 ? NULL : state->reason;
	char id[REPORT_DEVICE_LEN + 1];
	int r = rights_find(store, span_z(call->part), id);

	r = r != 0 ? r
		   : rights_dispute(
			     store, call->now_s, call->session.name, id, state->control, reason);
	if (r == RIGHTS_E_REASON) {
		answer_problem(&call->answer, 400, "The reason is none of those known here.");
		return 0;
	}
	if (r != 0) {
		return answer_unknown(call, r);
	}
	r = note(call, store, id, reason ? "device-dispute" : "device-settle");
	return r != 0 ? r : answer_receipt(call, id);
}

const struct api_route api_route_rights_dispute = {
	.method = HTTP_POST,
	.path = "/api/v1/devices/{}/dispute",
	.needs = ROLE_PERSONAL,
	.flags = API_WRITE | API_JSON,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct rights_state),
	.steps = {{WORK_READ, read_dispute}, {WORK_WRITE, dispute}},
};

struct lost_body {
	bool lost;
};

static const struct json_field lost_fields[] = {
	{"lost", JSON_WANT_BOOL, offsetof(struct lost_body, lost), true, 0},
};

static int read_lost(struct api_call *call, struct store *store)
{
	struct rights_state *state = call->state;
	struct json_object *object = NULL;
	struct lost_body body = {0};

	(void)store;
	if (api_decode_body(call, lost_fields, ARRAY_LEN(lost_fields), &body, &object)) {
		state->lost = body.lost;
	}
	json_object_put(object);
	return 0;
}

static int set_lost(struct api_call *call, struct store *store)
{
	const struct rights_state *state = call->state;
	char id[REPORT_DEVICE_LEN + 1];
	int r = rights_find(store, span_z(call->part), id);

	r = r != 0 ? r : rights_set_lost(store, call->now_s, id, state->lost);
	if (r != 0) {
		return answer_unknown(call, r);
	}
	r = note(call, store, id, state->lost ? "device-lost" : "device-found");
	return r != 0 ? r : answer_receipt(call, id);
}

/* Reporting a loss is in a hurry: whoever mends devices may, too. */
const struct api_route api_route_rights_lost = {
	.method = HTTP_POST,
	.path = "/api/v1/devices/{}/lost",
	.needs = ROLE_GROUPS,
	.flags = API_WRITE | API_JSON,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct rights_state),
	.steps = {{WORK_READ, read_lost}, {WORK_WRITE, set_lost}},
};
