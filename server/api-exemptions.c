/* SPDX-License-Identifier: Apache-2.0 */
/* Who may record, why, until when: asking, approving by somebody else, ending. */
#include "api.h"

#include "exemption.h"
#include "exemptions.h"
#include "refresh.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int answer_object(struct api_call *call, int r, struct json_object *body)
{
	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

static int show_exemptions(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	const char *device = api_query(call, "device");
	int r = exemptions_list(store, call->now_s, device, &body);

	return answer_object(call, r, body);
}

static const char *const list_query[] = {"device", NULL};

const struct api_route api_route_exemptions = {
	.method = HTTP_GET,
	.path = "/api/v1/exemptions",
	.needs = ROLE_DEVICES,
	.query = list_query,
	.steps = {{WORK_READ, show_exemptions}},
};

static bool read_number(const struct api_call *call, int64_t *ret_id)
{
	uint64_t n = 0;

	if (span_u64(span_z(call->part), &n) < 0 || n > INT32_MAX) {
		return false;
	}
	*ret_id = (int64_t)n;
	return true;
}

static int show_exemption(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int64_t id = 0;
	int r = read_number(call, &id) ? exemptions_show(store, call->now_s, id, &body)
				       : EXEMPTIONS_E_UNKNOWN;

	if (r == EXEMPTIONS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such exemption.");
		return 0;
	}
	return answer_object(call, r, body);
}

const struct api_route api_route_exemption = {
	.method = HTTP_GET,
	.path = "/api/v1/exemptions/{}",
	.needs = ROLE_DEVICES,
	.steps = {{WORK_READ, show_exemption}},
};

struct wish_body {
	struct json_object *devices;
	const char *group;
	struct json_object *terms;
};

static const struct json_field wish_fields[] = {
	{"devices", JSON_WANT_ARRAY, offsetof(struct wish_body, devices), false,
		EXEMPTION_DEVICES_MAX},
	{"group", JSON_WANT_STRING, offsetof(struct wish_body, group), false, DEVICE_TEAM_MAX},
	{"terms", JSON_WANT_OBJECT, offsetof(struct wish_body, terms), true, 0},
};

struct wish_state {
	struct json_object *object;
	struct wish_body body;
};

static void wish_finish(void *data)
{
	json_object_put(((struct wish_state *)data)->object);
}

/* What the server fills in, nobody sends. */
static bool is_filled_in(struct json_object *terms)
{
	static const char *const names[] = {"approved_by", "devices", "id", "second_approver"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (json_object_object_get_ex(terms, names[i], NULL)) {
			return true;
		}
	}
	return false;
}

static int read_wish(struct api_call *call, struct store *store)
{
	struct wish_state *state = call->state;
	struct wish_body *body = &state->body;

	(void)store;
	if (!api_decode_body(call, wish_fields, ARRAY_LEN(wish_fields), body, &state->object)) {
		return 0;
	}
	if (is_filled_in(body->terms)) {
		answer_problem(
			&call->answer, 400, "Terms name neither id nor devices nor who approved.");
	} else if (!body->devices == !body->group ||
		   (body->group && !device_team_valid(span_z(body->group)))) {
		answer_problem(&call->answer, 400, "An exemption names devices, or one group.");
	}
	return 0;
}

static int note(struct api_call *call, struct store *store, const char *action, int64_t id)
{
	char object[32];

	snprintf(object, sizeof(object), "%" PRId64, id);
	return api_audit(call, store, action, object);
}

static int answer_number(struct api_call *call, int status, int64_t id)
{
	struct json_object *body = json_object_new_object();
	int r = answer_add_int(body, "id", id);

	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, status, body);
}

static int ask(struct api_call *call, struct store *store)
{
	const struct wish_body *body = &((struct wish_state *)call->state)->body;
	struct exemptions_wish wish = {body->terms, body->devices, body->group ? body->group : ""};
	struct json_error error = {0};
	int64_t id = 0;
	int r = exemptions_request(store, call->now_s, call->session.name, &wish, &id, &error);

	if (r == EXEMPTIONS_E_REFUSED) {
		answer_problem(&call->answer, 400, "This cannot be asked for: %s %s.", error.where,
			error.what);
		return 0;
	}
	r = r != 0 ? r : note(call, store, "exemption-request", id);
	return r != 0 ? r : answer_number(call, 201, id);
}

const struct api_route api_route_exemption_ask = {
	.method = HTTP_POST,
	.path = "/api/v1/exemptions",
	.needs = ROLE_EXEMPT_ASK,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct wish_state),
	.finish = wish_finish,
	.steps = {{WORK_READ, read_wish}, {WORK_WRITE, ask}},
};

/* What devices are told is signed anew at once. */
static void sign_soon(struct api_call *call)
{
	if (call->answer.status == 200) {
		refresh_start(call->app->refresh);
	}
}

static int answer_decided(
	struct api_call *call, struct store *store, int r, const char *action, int64_t id)
{
	static const struct {
		int status;
		const char *what;
	} rows[] = {
		[EXEMPTIONS_E_UNKNOWN] = {404, "There is no such exemption."},
		[EXEMPTIONS_E_PHASE] = {409, "This was decided already, or its time is over."},
		[EXEMPTIONS_E_PERSON] = {409,
			"Whoever asked for it, or approved it once, cannot approve it."},
		[EXEMPTIONS_E_FULL] = {409, "32 exemptions are in force: end one first."},
	};

	if (r > 0) {
		answer_problem(&call->answer, rows[r].status, "%s", rows[r].what);
		return 0;
	}
	r = r != 0 ? r : note(call, store, action, id);
	return r != 0 ? r : answer_number(call, 200, id);
}

struct approve_body {
	const char *role;
};

static const struct json_field approve_fields[] = {
	{"role", JSON_WANT_STRING, offsetof(struct approve_body, role), true, EXEMPTIONS_WORD_MAX},
};

struct approve_state {
	char role[EXEMPTIONS_WORD_MAX + 1];
};

static int read_role(struct api_call *call, struct store *store)
{
	struct approve_state *state = call->state;
	struct json_object *object = NULL;
	struct approve_body body = {0};

	(void)store;
	if (!api_decode_body(call, approve_fields, ARRAY_LEN(approve_fields), &body, &object)) {
		return 0;
	}
	if (exemption_word_known(EXEMPTION_APPROVERS, body.role)) {
		memcpy(state->role, body.role, strlen(body.role));
	} else {
		answer_problem(&call->answer, 400, "Nobody approves in that role.");
	}
	json_object_put(object);
	return 0;
}

static int approve(struct api_call *call, struct store *store)
{
	const struct approve_state *state = call->state;
	struct json_error error = {0};
	int64_t id = 0;
	int r = read_number(call, &id) ? exemptions_approve(store, call->now_s, id,
						 call->session.name, state->role, &error)
				       : EXEMPTIONS_E_UNKNOWN;

	if (r == EXEMPTIONS_E_REFUSED) {
		answer_problem(&call->answer, 409, "This cannot be approved: %s %s.", error.where,
			error.what);
		return 0;
	}
	return answer_decided(call, store, r, "exemption-approve", id);
}

const struct api_route api_route_exemption_approve = {
	.method = HTTP_POST,
	.path = "/api/v1/exemptions/{}/approve",
	.needs = ROLE_EXEMPT_DECIDE,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct approve_state),
	.after = sign_soon,
	.steps = {{WORK_READ, read_role}, {WORK_WRITE, approve}},
};

static int refuse(struct api_call *call, struct store *store)
{
	int64_t id = 0;
	int r = read_number(call, &id) ? exemptions_refuse(store, call->now_s, id)
				       : EXEMPTIONS_E_UNKNOWN;

	return answer_decided(call, store, r, "exemption-refuse", id);
}

const struct api_route api_route_exemption_refuse = {
	.method = HTTP_POST,
	.path = "/api/v1/exemptions/{}/refuse",
	.max_body = API_BODY_MAX,
	.needs = ROLE_EXEMPT_DECIDE,
	.flags = API_WRITE,
	.steps = {{WORK_WRITE, refuse}},
};

static int end(struct api_call *call, struct store *store)
{
	int64_t id = 0;
	int r = read_number(call, &id) ? exemptions_end(store, call->now_s, id, call->session.name)
				       : EXEMPTIONS_E_UNKNOWN;

	return answer_decided(call, store, r, "exemption-end", id);
}

const struct api_route api_route_exemption_end = {
	.method = HTTP_POST,
	.path = "/api/v1/exemptions/{}/end",
	.max_body = API_BODY_MAX,
	.needs = ROLE_EXEMPT_ASK,
	.flags = API_WRITE,
	.after = sign_soon,
	.steps = {{WORK_WRITE, end}},
};
