/* SPDX-License-Identifier: Apache-2.0 */
/* What anybody may ask: the text catalogues, and whether the server lives. */
#include "api.h"

#include <stdio.h>

#include "files.h"

static void show_texts(struct api_call *call)
{
	char name[API_TEXT_MAX + 8];

	snprintf(name, sizeof(name), "%s.json", call->part);
	if (!files_answer(call->app->texts, span_z(name), &call->answer)) {
		answer_problem(&call->answer, 404, "There are no texts in this language.");
	}
}

const struct api_route api_route_texts = {
	.method = HTTP_GET,
	.path = "/api/v1/texts/{}",
	.needs = ROLE_ANYBODY,
	.before = show_texts,
};

static int show_health(struct api_call *call, struct store *store)
{
	struct json_object *body;
	int64_t version = 0;
	int r = store->ops->run(store, "SELECT version FROM schema_version", NULL, 0, store_row_int,
		&version, NULL);

	if (r != 0) {
		return r;
	}
	body = json_object_new_object();
	r = answer_add_text(body, "status", "ok");
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

const struct api_route api_route_health = {
	.method = HTTP_GET,
	.path = "/healthz",
	.needs = ROLE_ANYBODY,
	.steps = {{WORK_READ, show_health}},
};
