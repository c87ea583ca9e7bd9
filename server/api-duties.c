/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/duties: what the school has to see to outside of any device, and how that stands. */
#include "api.h"

#include "duties-storage.h"
#include "files.h"
#include "refresh.h"

#include <stdio.h>
#include <stddef.h>
#include <string.h>

#define OBJECT_LEN (3 * DUTIES_WORD_MAX)

static int show_duties(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = duties_read(
		store, call->now_s, duties_storage_of(call->app->refresh->state), &body);

	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_duties = {
	.method = HTTP_GET,
	.path = "/api/v1/duties",
	.needs = ROLE_SETTINGS_READ,
	.steps = {{WORK_READ, show_duties}},
};

struct duty_body {
	const char *answer;
	const char *control;
	const char *note;
	const char *provider;
};

struct duty_state_kept {
	struct json_object *object;
	struct duty_body body;
};

static const struct json_field fields[] = {
	{"answer", JSON_WANT_STRING, offsetof(struct duty_body, answer), true, DUTIES_WORD_MAX},
	{"control", JSON_WANT_STRING, offsetof(struct duty_body, control), true, DUTIES_WORD_MAX},
	{"note", JSON_WANT_STRING, offsetof(struct duty_body, note), false, DUTIES_NOTE_MAX},
	{"provider", JSON_WANT_STRING, offsetof(struct duty_body, provider), true, DUTIES_WORD_MAX},
};

static void kept_finish(void *data)
{
	json_object_put(((struct duty_state_kept *)data)->object);
}

static void read_answer(struct api_call *call)
{
	struct duty_state_kept *kept = call->state;

	kept->body.note = "";
	(void)api_decode_body(call, fields, ARRAY_LEN(fields), &kept->body, &kept->object);
}

static int put_answer(struct api_call *call, struct store *store)
{
	const struct duty_body *body = &((struct duty_state_kept *)call->state)->body;
	const struct duties_answer answer = {
		body->control, body->provider, body->answer, body->note, call->session.name};
	struct json_error error = {0};
	char object[OBJECT_LEN + 4];
	int r = duties_put(store, call->now_s, &answer, &error);

	if (r == DUTIES_E_REFUSED) {
		answer_problem(
			&call->answer, 400, "This cannot be: %s %s.", error.where, error.what);
		return 0;
	}
	snprintf(object, sizeof(object), "%s%s%s %s", body->provider, body->provider[0] ? " " : "",
		body->control, body->answer);
	r = r != 0 ? r : api_audit(call, store, "duty", object);
	return r != 0 ? r : show_duties(call, store);
}

const struct api_route api_route_duties_answer = {
	.method = HTTP_POST,
	.path = "/api/v1/duties",
	.needs = ROLE_ATTEST,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct duty_state_kept),
	.finish = kept_finish,
	.before = read_answer,
	.steps = {{WORK_WRITE, put_answer}},
};

/* What to set in the administration of a meeting service: field, value, where that stands */
static void show_provider(struct api_call *call)
{
	char name[API_TEXT_MAX + 8];

	snprintf(name, sizeof(name), "%s.json", call->part);
	if (!files_answer(call->app->providers, span_z(name), &call->answer)) {
		answer_problem(&call->answer, 404, "There are no settings for this service.");
	}
}

const struct api_route api_route_providers = {
	.method = HTTP_GET,
	.path = "/api/v1/providers/{}",
	.needs = ROLE_ANYBODY,
	.before = show_provider,
};
