/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/breaches: a breach on file, from the first hour to what was learnt. */
#include "api.h"

#include "breaches.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static int list_breaches(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = breaches_list(store, call->now_s, &body);

	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_breaches = {
	.method = HTTP_GET,
	.path = "/api/v1/breaches",
	.needs = ROLE_BREACH,
	.steps = {{WORK_READ, list_breaches}},
};

/* In a step's outcome: 0, answered; or negative */
static int answer_outcome(struct api_call *call, int r, const struct json_error *error)
{
	switch (r) {
	case BREACHES_E_UNKNOWN:
		answer_problem(&call->answer, 404, "There is no such breach.");
		return 0;
	case BREACHES_E_DEVICE:
	case BREACHES_E_REFUSED:
		answer_problem(
			&call->answer, 400, "This cannot be: %s %s.", error->where, error->what);
		return 0;
	case BREACHES_E_CLOSED:
		answer_problem(&call->answer, 409, "This file is closed.");
		return 0;
	default:
		return r;
	}
}

static int read_id(struct api_call *call, int64_t *ret_id)
{
	uint64_t n = 0;

	if (span_u64(span_z(call->part), &n) < 0 || n > INT32_MAX) {
		return BREACHES_E_UNKNOWN;
	}
	*ret_id = (int64_t)n;
	return 0;
}

static int show(struct api_call *call, struct store *store, int64_t id, int status)
{
	struct json_object *body = NULL;
	int r = breaches_show(store, call->now_s, id, &body);

	return r != 0 ? answer_outcome(call, r, NULL) : answer_json(&call->answer, status, body);
}

static int show_breach(struct api_call *call, struct store *store)
{
	int64_t id = 0;
	int r = read_id(call, &id);

	return r != 0 ? answer_outcome(call, r, NULL) : show(call, store, id, 200);
}

const struct api_route api_route_breach = {
	.method = HTTP_GET,
	.path = "/api/v1/breaches/{}",
	.needs = ROLE_BREACH,
	.steps = {{WORK_READ, show_breach}},
};

struct breach_body {
	struct json_object *devices;
	const char *happened, *kind, *known, *note, *step;
};

struct breach_state {
	struct json_object *object;
	struct breach_body body;
};

static void finish_body(void *data)
{
	json_object_put(((struct breach_state *)data)->object);
}

static const struct json_field open_fields[] = {
	{"devices", JSON_WANT_ARRAY, offsetof(struct breach_body, devices), true,
		BREACHES_DEVICES_MAX},
	{"happened", JSON_WANT_STRING, offsetof(struct breach_body, happened), true,
		BREACHES_WORD_MAX},
	{"kind", JSON_WANT_STRING, offsetof(struct breach_body, kind), true, BREACHES_WORD_MAX},
	{"known", JSON_WANT_STRING, offsetof(struct breach_body, known), true, BREACHES_WORD_MAX},
};

static void read_open(struct api_call *call)
{
	struct breach_state *state = call->state;

	(void)api_decode_body(
		call, open_fields, ARRAY_LEN(open_fields), &state->body, &state->object);
}

static int open_breach(struct api_call *call, struct store *store)
{
	const struct breach_body *body = &((struct breach_state *)call->state)->body;
	const struct breaches_wish wish = {
		body->kind, body->happened, body->known, body->devices, call->session.name};
	struct json_error error = {0};
	char object[BREACHES_WORD_MAX + 32];
	int64_t id = 0;
	int r = breaches_open(store, call->now_s, &wish, &id, &error);

	if (r > 0) {
		return answer_outcome(call, r, &error);
	}
	snprintf(object, sizeof(object), "%" PRId64 " %s", id, body->kind);
	r = r != 0 ? r : api_audit(call, store, "breach-open", object);
	return r != 0 ? r : show(call, store, id, 201);
}

const struct api_route api_route_breaches_open = {
	.method = HTTP_POST,
	.path = "/api/v1/breaches",
	.needs = ROLE_BREACH,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct breach_state),
	.finish = finish_body,
	.before = read_open,
	.steps = {{WORK_WRITE, open_breach}},
};

static const struct json_field note_fields[] = {
	{"note", JSON_WANT_STRING, offsetof(struct breach_body, note), true, BREACHES_NOTE_MAX},
	{"step", JSON_WANT_STRING, offsetof(struct breach_body, step), true, BREACHES_WORD_MAX},
};

static void read_note(struct api_call *call)
{
	struct breach_state *state = call->state;

	(void)api_decode_body(
		call, note_fields, ARRAY_LEN(note_fields), &state->body, &state->object);
}

static int add_note(struct api_call *call, struct store *store)
{
	const struct breach_body *body = &((struct breach_state *)call->state)->body;
	struct json_error error = {0};
	char object[BREACHES_WORD_MAX + 32];
	int64_t id = 0;
	int r = read_id(call, &id);

	r = r != 0 ? r
		   : breaches_note(store, call->now_s, id, call->session.name, body->step,
			     body->note, &error);
	if (r > 0) {
		return answer_outcome(call, r, &error);
	}
	snprintf(object, sizeof(object), "%" PRId64 " %s", id, body->step);
	r = r != 0 ? r : api_audit(call, store, "breach-note", object);
	return r != 0 ? r : show(call, store, id, 200);
}

const struct api_route api_route_breach_note = {
	.method = HTTP_POST,
	.path = "/api/v1/breaches/{}/notes",
	.needs = ROLE_BREACH,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct breach_state),
	.finish = finish_body,
	.before = read_note,
	.steps = {{WORK_WRITE, add_note}},
};

static const char *const form_query[] = {"authority", "format", "language", NULL};

static int show_form(struct api_call *call, struct store *store)
{
	const char *authority = api_query(call, "authority"), *format = api_query(call, "format");
	bool html = format && strcmp(format, "html") == 0;
	struct str out = {.max = DOCUMENTS_BYTES_MAX * 8};
	int64_t id = 0;
	int r = read_id(call, &id);

	if (!authority || (format && !html && strcmp(format, "text") != 0)) {
		answer_problem(&call->answer, 400,
			"authority is ap, ico, pcpd or uodo; format is html or text.");
		return 0;
	}
	r = r != 0 ? r
		   : breaches_form(call->app->documents, store, id, authority,
			     api_query(call, "language"), html ? DOCUMENTS_HTML : DOCUMENTS_TEXT,
			     &out);
	if (r != 0) {
		const struct json_error error = {"authority or language", "is none"};

		str_finish(&out);
		return answer_outcome(call, r, &error);
	}
	call->answer.status = 200;
	call->answer.type = html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
	call->answer.body = out;
	return 0;
}

const struct api_route api_route_breach_form = {
	.method = HTTP_GET,
	.path = "/api/v1/breaches/{}/form",
	.needs = ROLE_BREACH,
	.query = form_query,
	.steps = {{WORK_READ, show_form}},
};
