/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/documents: notices and templates of the school, filled from its settings. */
#include "api.h"

#include "documents.h"

#include <string.h>

static int list_documents(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = documents_list(&body);

	(void)store;
	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_documents = {
	.method = HTTP_GET,
	.path = "/api/v1/documents",
	.needs = ROLE_ANYBODY,
	.steps = {{WORK_READ, list_documents}},
};

static const char *const query[] = {"format", "language", NULL};

static int show_document(struct api_call *call, struct store *store)
{
	const char *format = api_query(call, "format");
	bool text = format && strcmp(format, "text") == 0;
	struct str out = {.max = DOCUMENTS_BYTES_MAX};
	int r;

	if (format && !text && strcmp(format, "html") != 0) {
		answer_problem(&call->answer, 400, "format is html or text.");
		return 0;
	}
	r = documents_write(call->app->documents, store, call->part, api_query(call, "language"),
		text ? DOCUMENTS_TEXT : DOCUMENTS_HTML, &out);
	if (r != 0) {
		str_finish(&out);
	}
	if (r == DOCUMENTS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such document in this language.");
		return 0;
	}
	if (r == 0) {
		call->answer.status = 200;
		call->answer.type = text ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
		call->answer.body = out;
	}
	return r;
}

/* A family has no account, and the notice is for families: it holds what they have to be told. */
const struct api_route api_route_document = {
	.method = HTTP_GET,
	.path = "/api/v1/documents/{}",
	.needs = ROLE_ANYBODY,
	.query = query,
	.steps = {{WORK_READ, show_document}},
};
