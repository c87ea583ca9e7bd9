/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/accounts: who may sign in, and as what. An account begins with a one-time link. */
#include "api.h"

#include "accounts.h"
#include "grants.h"
#include "moment.h"

#include <stddef.h>
#include <string.h>

struct accounts_state {
	struct role_grants grants;
};

struct grants_body {
	struct json_object *grants;
};

struct grant_body {
	const char *group;
	const char *role;
};

static const struct json_field grants_fields[] = {
	{"grants", JSON_WANT_ARRAY, offsetof(struct grants_body, grants), true, ROLE_GRANTS_MAX},
};

static const struct json_field grant_fields[] = {
	{"group", JSON_WANT_STRING, offsetof(struct grant_body, group), true, DEVICE_TEAM_MAX},
	{"role", JSON_WANT_STRING, offsetof(struct grant_body, role), true, 32},
};

static bool add_grant(struct role_grants *grants, struct json_object *item)
{
	struct grant_body body = {0};

	if (grants->n == ROLE_GRANTS_MAX ||
		json_decode(item, grant_fields, ARRAY_LEN(grant_fields), &body, NULL) != 0 ||
		role_parse(span_z(body.role), &grants->items[grants->n].role) < 0) {
		return false;
	}
	memcpy(grants->items[grants->n++].team, body.group, strlen(body.group));
	return true;
}

static void read_grants(struct api_call *call)
{
	struct accounts_state *state = call->state;
	struct json_object *object = NULL;
	struct grants_body body = {0};
	bool good = true;

	if (!api_decode_body(call, grants_fields, ARRAY_LEN(grants_fields), &body, &object)) {
		return;
	}
	for (size_t i = 0; good && i < json_object_array_length(body.grants); i++) {
		good = add_grant(&state->grants, json_object_array_get_idx(body.grants, i));
	}
	if (!good || !grants_valid(&state->grants)) {
		answer_problem(&call->answer, 400,
			"grants takes 1 to %d objects of a group, each group once, and a role.",
			ROLE_GRANTS_MAX);
	}
	json_object_put(object);
}

static int list_accounts(struct api_call *call, struct store *store)
{
	struct json_object *body = NULL;
	int r = accounts_read(store, &body);

	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

const struct api_route api_route_accounts = {
	.method = HTTP_GET,
	.path = "/api/v1/accounts",
	.needs = ROLE_ACCOUNTS,
	.steps = {{WORK_READ, list_accounts}},
};

static int answer_link(struct api_call *call, const char *link, int64_t expires)
{
	struct json_object *body = json_object_new_object();
	int r = answer_add_text(body, "link", link);

	r = r != 0 ? r : answer_add(body, "expires", moment_json_instant(expires));
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 201, body);
}

static int make_link(struct api_call *call, struct store *store, const struct auth_link *link,
	const char *action, const char *object)
{
	int64_t expires = call->now_s + AUTH_INVITE_S;
	char text[SECRET_LEN + 1];
	int r = auth_make_link(store, link, expires, text);

	r = r != 0 ? r : api_audit(call, store, action, object);
	r = r != 0 ? r : answer_link(call, text, expires);
	explicit_bzero(text, sizeof(text));
	return r;
}

static int invite(struct api_call *call, struct store *store)
{
	const struct accounts_state *state = call->state;
	struct auth_link link = {.grants = state->grants};

	return make_link(call, store, &link, "invite", role_name(state->grants.items[0].role));
}

const struct api_route api_route_accounts_invite = {
	.method = HTTP_POST,
	.path = "/api/v1/accounts",
	.needs = ROLE_ACCOUNTS,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct accounts_state),
	.before = read_grants,
	.steps = {{WORK_WRITE, invite}},
};

static int answer_change(struct api_call *call, struct store *store, int r, const char *action)
{
	if (r == ACCOUNTS_E_UNKNOWN) {
		answer_problem(&call->answer, 404, "There is no such account.");
	} else if (r == ACCOUNTS_E_LAST) {
		answer_problem(&call->answer, 409,
			"Nobody would be left who administers the whole school: make another "
			"administrator first.");
	} else if (r == 0) {
		r = api_audit(call, store, action, call->part);
		call->answer.status = r == 0 ? 204 : 0;
	}
	return r < 0 ? r : 0;
}

static int set_roles(struct api_call *call, struct store *store)
{
	const struct accounts_state *state = call->state;

	return answer_change(
		call, store, accounts_set_grants(store, call->part, &state->grants), "role");
}

const struct api_route api_route_accounts_role = {
	.method = HTTP_POST,
	.path = "/api/v1/accounts/{}/role",
	.needs = ROLE_ACCOUNTS,
	.flags = API_JSON | API_WRITE,
	.max_body = API_BODY_MAX,
	.state_size = sizeof(struct accounts_state),
	.before = read_grants,
	.steps = {{WORK_WRITE, set_roles}},
};

static int end_account(struct api_call *call, struct store *store)
{
	return answer_change(call, store, accounts_end(store, call->part), "account-end");
}

const struct api_route api_route_accounts_end = {
	.method = HTTP_DELETE,
	.path = "/api/v1/accounts/{}",
	.needs = ROLE_ACCOUNTS,
	.flags = API_WRITE,
	.steps = {{WORK_WRITE, end_account}},
};

static int renew_account(struct api_call *call, struct store *store)
{
	struct auth_link link = {0};
	struct password stored;
	bool found = false;
	int r = auth_find_admin(store, call->part, &stored, &found);

	if (r != 0) {
		return r;
	}
	if (!found) {
		answer_problem(&call->answer, 404, "There is no such account.");
		return 0;
	}
	memcpy(link.account, call->part, strlen(call->part));
	r = grants_read(store, call->part, &link.grants);
	return r != 0 ? r : make_link(call, store, &link, "renew", call->part);
}

const struct api_route api_route_accounts_renew = {
	.method = HTTP_POST,
	.path = "/api/v1/accounts/{}/link",
	.needs = ROLE_ACCOUNTS,
	.flags = API_WRITE,
	.steps = {{WORK_WRITE, renew_account}},
};
