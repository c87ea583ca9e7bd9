/* SPDX-License-Identifier: Apache-2.0 */
/* What do we ask for, of whom? Reading, trying out, rolling out and taking back. */
#include "api.h"

#include "audit.h"
#include "policy-edit.h"
#include "policy-view.h"
#include "refresh.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool read_line(
	struct api_call *call, const char *owner, const char *group, struct policies_line *ret_line)
{
	struct policies_line line = {.team = ""};

	if (!owner || moment_parse_owner(span_z(owner), &line.owner) < 0) {
		answer_problem(&call->answer, 400, "ownership is school or private.");
		return false;
	}
	if (group && group[0] && !device_team_valid(span_z(group))) {
		answer_problem(&call->answer, 400, "There is no such group.");
		return false;
	}
	if (group) {
		memcpy(line.team, group, strlen(group));
	}
	*ret_line = line;
	return true;
}

static int answer_refused(struct api_call *call, int r, const struct json_error *error)
{
	if (r == POLICIES_E_REFUSED) {
		answer_problem(&call->answer, 400, "This cannot be asked for: %s %s.", error->where,
			error->what);
		return 0;
	}
	return r;
}

static const char *const line_query[] = {"group", "ownership", NULL};

static int show_policy(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	struct json_error error = {0};
	struct policies_line line;
	int r;

	if (!read_line(call, api_query(call, "ownership"), api_query(call, "group"), &line)) {
		return 0;
	}
	r = policy_view_read(store, call->app->refresh->datadir, &line, &body, &error);
	/* What the package brings is the server's own affair. */
	return r != 0 ? (r > 0 ? -EIO : r) : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_policy = {
	.method = HTTP_GET,
	.path = "/api/v1/policy",
	.needs = ROLE_POLICY_READ,
	.query = line_query,
	.steps = {{WORK_READ, show_policy}},
};

struct edit_body {
	struct json_object *edit;
	const char *group;
	const char *ownership;
	int64_t version;
};

struct edit_state {
	struct policies_line line;
	struct json_object *object;
	struct json_object *edit;
	struct str text; /* canonical */
	int64_t version;
};

static void edit_finish(void *data)
{
	struct edit_state *state = data;

	json_object_put(state->object);
	str_finish(&state->text);
}

#define FIELD(name, type, must, max)                                     \
	{                                                                \
#		name, type, offsetof(struct edit_body, name), must, max \
	}
static const struct json_field edit_fields[] = {
	FIELD(edit, JSON_WANT_OBJECT, true, 0),
	FIELD(group, JSON_WANT_STRING, true, DEVICE_TEAM_MAX),
	FIELD(ownership, JSON_WANT_STRING, true, 16),
};
static const struct json_field version_fields[] = {
	FIELD(group, JSON_WANT_STRING, true, DEVICE_TEAM_MAX),
	FIELD(ownership, JSON_WANT_STRING, true, 16),
	FIELD(version, JSON_WANT_INT, true, POLICY_NUMBER_MAX),
};

static bool read_body(struct api_call *call, const struct json_field *fields, size_t n)
{
	struct edit_state *state = call->state;
	struct edit_body body = {0};

	if (!api_decode_body(call, fields, n, &body, &state->object)) {
		return false;
	}
	state->edit = body.edit;
	state->version = body.version;
	state->text.max = POLICIES_EDIT_MAX;
	if (read_line(call, body.ownership, body.group, &state->line) && state->edit &&
		json_write_canonical(state->edit, &state->text) < 0) {
		answer_problem(&call->answer, 400, "The edit has a number that is not whole.");
	}
	return call->answer.status == 0;
}

static int preview(struct api_call *call, struct store *store)
{
	const struct edit_state *state = call->state;
	struct json_object *body = NULL;
	struct json_error error = {0};
	int r;

	if (!read_body(call, edit_fields, ARRAY_LEN(edit_fields))) {
		return 0;
	}
	r = policy_view_preview(
		store, call->app->refresh->datadir, &state->line, state->edit, &body, &error);
	return r != 0 ? answer_refused(call, r, &error) : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_policy_preview = {
	.method = HTTP_POST,
	.path = "/api/v1/policy/preview",
	.needs = ROLE_POLICY_READ,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct edit_state),
	.finish = edit_finish,
	.steps = {{WORK_READ, preview}},
};

/* As it will be built: what a device could not take is not rolled out. */
static int try_edit(struct api_call *call, struct store *store)
{
	const struct edit_state *state = call->state;
	const char *datadir = call->app->refresh->datadir;
	cleanup(policies_next_finish) struct policies_next next = {.line = state->line};
	cleanup(json_put) struct json_object *body = NULL;
	struct json_error error = {0};
	int r;

	if (!read_body(call, edit_fields, ARRAY_LEN(edit_fields))) {
		return 0;
	}
	r = policy_view_preview(store, datadir, &state->line, state->edit, &body, &error);
	r = r != 0 ? r : policies_gather(store, call->now_s, &next);
	if (r == 0) {
		str_clear(&next.edit);
		r = str_append(&next.edit, state->text.p, state->text.len);
		r = r != 0 ? r : policies_try(datadir, &next, call->now_s, &error);
	}
	return answer_refused(call, r, &error);
}

static int note(struct api_call *call, struct store *store, const char *action)
{
	const struct policies_line *line = &((struct edit_state *)call->state)->line;
	char object[AUDIT_TEXT_MAX];

	snprintf(object, sizeof(object), "%s%s%s", moment_owner_name(line->owner),
		line->team[0] ? " " : "", line->team);
	return api_audit(call, store, action, object);
}

static int answer_line(struct api_call *call)
{
	const struct policies_line *line = &((struct edit_state *)call->state)->line;
	struct json_object *body = json_object_new_object();
	int r = answer_add_text(body, "ownership", moment_owner_name(line->owner));

	r = r != 0 ? r : answer_add_text(body, "group", line->team);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

static int roll_out(struct api_call *call, struct store *store)
{
	const struct edit_state *state = call->state;
	int r = policy_view_put(
		store, call->now_s, call->session.name, &state->line, state->text.p);

	r = r != 0 ? r : note(call, store, state->version > 0 ? "policy-back" : "policy-edit");
	return r != 0 ? r : answer_line(call);
}

static void sign_soon(struct api_call *call)
{
	if (call->answer.status == 200) {
		refresh_start(call->app->refresh);
	}
}

const struct api_route api_route_policy_edit = {
	.method = HTTP_POST,
	.path = "/api/v1/policy",
	.needs = ROLE_POLICY_WRITE,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct edit_state),
	.finish = edit_finish,
	.after = sign_soon,
	.steps = {{WORK_READ, try_edit}, {WORK_WRITE, roll_out}},
};

static int find_version(struct api_call *call, struct store *store)
{
	struct edit_state *state = call->state;
	int r;

	if (!read_body(call, version_fields, ARRAY_LEN(version_fields))) {
		return 0;
	}
	r = policy_view_read_version(store, &state->line, state->version, &state->text);
	if (r == 0 && state->text.len == 0) {
		answer_problem(&call->answer, 404, "There is no such version to go back to.");
	}
	return r;
}

const struct api_route api_route_policy_back = {
	.method = HTTP_POST,
	.path = "/api/v1/policy/back",
	.needs = ROLE_POLICY_WRITE,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct edit_state),
	.finish = edit_finish,
	.after = sign_soon,
	.steps = {{WORK_READ, find_version}, {WORK_WRITE, roll_out}},
};

static int read_group(struct api_call *call, struct store *store)
{
	const struct edit_state *state = call->state;

	(void)store;
	if (read_body(call, version_fields, 2) && !state->line.team[0]) {
		answer_problem(&call->answer, 400, "A group must be named.");
	}
	return 0;
}

static int follow(struct api_call *call, struct store *store)
{
	const struct edit_state *state = call->state;
	int r = policy_view_drop(store, &state->line);

	r = r != 0 ? r : note(call, store, "policy-follow");
	return r != 0 ? r : answer_line(call);
}

const struct api_route api_route_policy_follow = {
	.method = HTTP_POST,
	.path = "/api/v1/policy/follow",
	.needs = ROLE_POLICY_WRITE,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct edit_state),
	.finish = edit_finish,
	.after = sign_soon,
	.steps = {{WORK_READ, read_group}, {WORK_WRITE, follow}},
};
