/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept for how long, where the endpoint runs, when reviews fall due; purging; tables. */
#include "api.h"

#include "hooks.h"
#include "mail.h"
#include "retention.h"
#include "settings.h"
#include "tables.h"

#include <string.h>

static int read_all(struct api_call *call, struct store *store)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *settings = NULL, *retention = NULL, *mail = NULL;
	struct json_object *webhook = NULL;
	int r = settings_read(store, &settings);

	r = r != 0 ? r : answer_add(body, "settings", settings);
	r = r != 0 ? r : retention_read(store, call->now_s, &retention);
	r = r != 0 ? r : answer_add(body, "retention", retention);
	r = r != 0 ? r : mail_read(store, &mail);
	r = r != 0 ? r : answer_add(body, "mail", mail);
	r = r != 0 ? r : hooks_read(store, &webhook);
	r = r != 0 ? r : answer_add(body, "webhook", webhook);
	return r != 0 ? r : answer_json(&call->answer, 200, TAKE_PTR(body));
}

const struct api_route api_route_settings = {
	.method = HTTP_GET,
	.path = "/api/v1/settings",
	.needs = ROLE_SETTINGS_READ,
	.steps = {{WORK_READ, read_all}},
};

struct settings_state {
	struct json_object *changes;
};

static void settings_finish(void *data)
{
	json_object_put(((struct settings_state *)data)->changes);
}

/* How long things are kept is the privacy officer's, too; the rest an administrator's alone. */
static int read_changes(struct api_call *call, struct store *store)
{
	struct settings_state *state = call->state;
	struct json_error error = {0};
	int r = json_parse(call->request->body, &state->changes, &error);

	(void)store;
	if (r < 0) {
		return r;
	}
	if (r > 0 || !json_object_is_type(state->changes, json_type_object)) {
		answer_problem(&call->answer, 400, "The body is no object of settings.");
	} else if (!settings_is_retention(state->changes) && !api_may(call, ROLE_SETTINGS_WRITE)) {
		answer_problem(&call->answer, 403,
			"This needs the right settings-write, which you have not.");
	}
	return 0;
}

static int note_changes(struct api_call *call, struct store *store, struct json_object *changes)
{
	int r = 0;

	json_object_object_foreach(changes, name, value)
	{
		(void)value;
		r = r != 0 ? r : api_audit(call, store, "setting", name);
	}
	return r;
}

static int put_changes(struct api_call *call, struct store *store)
{
	struct settings_state *state = call->state;
	char key[HOOKS_KEY_MAX + 1];
	struct json_error error = {0};
	int r = settings_put(store, state->changes, &error);

	if (r == SETTINGS_E_REFUSED) {
		answer_problem(
			&call->answer, 400, "This cannot be set: %s %s.", error.where, error.what);
		/* What came before it in the same request is undone with it. */
		return 0;
	}
	/* Whoever sets an address finds a key for it: caretaker-server webhook-key */
	r = r != 0 ? r : hooks_key(store, key);
	if (r == 0 && settings_is_mail(state->changes)) {
		r = mail_forget_tries(store);
	}
	r = r != 0 ? r : note_changes(call, store, state->changes);
	return r != 0 ? r : read_all(call, store);
}

const struct api_route api_route_settings_put = {
	.method = HTTP_POST,
	.path = "/api/v1/settings",
	.needs = ROLE_RETENTION,
	.flags = API_WRITE | API_JSON,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct settings_state),
	.finish = settings_finish,
	.steps = {{WORK_READ, read_changes}, {WORK_WRITE, put_changes}},
};

static int purge(struct api_call *call, struct store *store)
{
	struct json_object *body = json_object_new_object();
	int64_t rows = 0;
	int r = retention_purge(store, call->now_s, &rows);

	r = r != 0 ? r : api_audit(call, store, "purge", "");
	r = r != 0 ? r : answer_add_int(body, "purged", rows);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	call->job.erases = true;
	return answer_json(&call->answer, 200, body);
}

const struct api_route api_route_purge = {
	.method = HTTP_POST,
	.path = "/api/v1/settings/purge",
	.needs = ROLE_RETENTION,
	.flags = API_WRITE,
	.max_body = API_BODY_MAX,
	.steps = {{WORK_WRITE, purge}},
};

static const char *const table_query[] = {"after", "format", NULL};

/* RFC 8288: CSV has no place for it in the body */
static int link_next(
	struct api_call *call, const struct tables_table *table, bool csv, const char *next)
{
	return str_appendf(&call->answer.link,
		"</api/v1/tables/%s?format=%s&after=%s>; rel=\"next\"", tables_name(table),
		csv ? "csv" : "json", next);
}

static int show_table(struct api_call *call, struct store *store)
{
	const struct tables_table *table = tables_find(call->part);
	const char *format = api_query(call, "format"), *after = api_query(call, "after");
	bool csv = format && strcmp(format, "csv") == 0;
	cleanup(str_finish) struct str next = {0};
	struct str out = {.max = ANSWER_MAX};
	int r;

	if (!table) {
		answer_problem(&call->answer, 404, "There is no such table.");
		return 0;
	}
	if (format && !csv && strcmp(format, "json") != 0) {
		answer_problem(&call->answer, 400, "format is csv or json.");
		return 0;
	}
	r = tables_write_page(store, table, csv ? TABLES_CSV : TABLES_JSON, after, &next, &out);
	r = r != 0 || next.len == 0 ? r : link_next(call, table, csv, next.p);
	if (r != 0) {
		str_finish(&out);
	}
	if (r == TABLES_E_AFTER) {
		answer_problem(
			&call->answer, 400, "after is the next of an answer about this table.");
		return 0;
	}
	if (r != 0) {
		return r;
	}
	call->answer.status = 200;
	call->answer.type = csv ? "text/csv; charset=utf-8" : "application/json";
	call->answer.body = out;
	return 0;
}

const struct api_route api_route_table = {
	.method = HTTP_GET,
	.path = "/api/v1/tables/{}",
	.needs = ROLE_PERSONAL,
	.query = table_query,
	.steps = {{WORK_READ, show_table}},
};
