/* SPDX-License-Identifier: Apache-2.0 */
/* /api/v1/audit: who did what, and whether the log is whole. */
#include "api.h"

#include "audit.h"

#include <string.h>

struct audit_state {
	struct audit_filter filter;
};

static void read_filter(struct api_call *call)
{
	struct audit_state *state = call->state;
	const char *cursor = api_query(call, "cursor"), *who = api_query(call, "who");
	const char *action = api_query(call, "action");
	uint64_t before = 0;

	if (cursor && (span_u64(span_z(cursor), &before) < 0 || before > INT64_MAX)) {
		answer_problem(&call->answer, 400, "The parameter cursor has no such value.");
	}
	state->filter =
		(struct audit_filter){who ? who : "", action ? action : "", (int64_t)before};
}

static int show_audit(struct api_call *call, struct store *store)
{
	const struct audit_state *state = call->state;
	struct json_object *body = NULL;
	int r = audit_read(store, &state->filter, &body);

	return r != 0 ? r : answer_json(&call->answer, 200, body);
}

static const char *const audit_query[] = {"action", "cursor", "who", NULL};

const struct api_route api_route_audit = {
	.method = HTTP_GET,
	.path = "/api/v1/audit",
	.needs = ROLE_AUDIT,
	.query = audit_query,
	.state_size = sizeof(struct audit_state),
	.before = read_filter,
	.steps = {{WORK_READ, show_audit}},
};

static int check_chain(struct api_call *call, struct store *store)
{
	struct json_object *body = json_object_new_object();
	struct audit_chain chain = {0};
	int r = audit_verify(store, &chain);

	r = r != 0 ? r : answer_add_int(body, "rows", chain.rows);
	r = r != 0 ? r : answer_add_int(body, "broken", chain.broken);
	r = r != 0 ? r : answer_add_text(body, "head", chain.head);
	if (r != 0) {
		json_object_put(body);
		return r;
	}
	return answer_json(&call->answer, 200, body);
}

/* The slow lane: a long log takes its time, and none of that of reports and pages. */
const struct api_route api_route_audit_chain = {
	.method = HTTP_GET,
	.path = "/api/v1/audit/chain",
	.needs = ROLE_AUDIT,
	.steps = {{WORK_SLOW, check_chain}},
};
