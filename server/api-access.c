/* SPDX-License-Identifier: Apache-2.0 */
#include "api-access.h"

#include "accounts.h"
#include "audit.h"

#include <string.h>

#define BEARER "Bearer "

bool api_needs_session(const struct api_call *call)
{
	return call->route->needs > ROLE_BY_SIGNATURE;
}

struct touch_job {
	struct work_job job;
	char hash[SECRET_HASH_LEN + 1];
	int64_t now_s;
};

static int touch_run(struct work_job *job, struct store *store)
{
	struct touch_job *touch = (struct touch_job *)job;

	return auth_touch(store, touch->hash, touch->now_s);
}

static void touch_done(struct work_job *job, int result)
{
	(void)result;
	free(job);
}

/* Nobody waits for it: if it cannot be done, the session ends a little early. */
void api_touch_session(const struct api_call *call)
{
	struct touch_job *touch = calloc(1, sizeof(*touch));

	if (!touch) {
		return;
	}
	touch->job.run = touch_run;
	touch->job.done = touch_done;
	touch->now_s = call->now_s;
	memcpy(touch->hash, call->session.hash, sizeof(touch->hash));
	if (work_submit(call->app->work, WORK_WRITE, &touch->job) < 0) {
		free(touch);
	}
}

bool api_may(const struct api_call *call, enum role_right right)
{
	char teams[ROLE_TEAMS_LEN + 1];

	return role_reach(&call->session.grants, right, teams) != ROLE_NOWHERE;
}

int api_audit(struct api_call *call, struct store *store, const char *action, const char *object)
{
	return audit_append(store, call->now_s, call->session.name, action, object);
}

static void check_right(struct api_call *call)
{
	const struct api_route *route = call->route;

	if (call->session.token && (route->needs == ROLE_OWN || route->needs == ROLE_ACCOUNTS)) {
		answer_problem(&call->answer, 403, "A token may never do this: sign in.");
		return;
	}
	if (route->needs != ROLE_OWN && auth_needs_factor(&call->session)) {
		answer_problem(&call->answer, 403,
			"An administrator needs a second factor before anything else.");
		return;
	}
	switch (role_reach(&call->session.grants, route->needs, call->teams)) {
	case ROLE_NOWHERE:
		answer_problem(&call->answer, 403, "This needs the right %s, which you have not.",
			role_right_name(route->needs));
		break;
	case ROLE_IN_TEAMS:
		if (!(route->flags & API_SCOPED) && route->needs != ROLE_OWN) {
			answer_problem(&call->answer, 403,
				"This needs the right %s for the whole school; you have it for "
				"groups.",
				role_right_name(route->needs));
		}
		break;
	case ROLE_EVERYWHERE:
		break;
	}
}

/* An API token goes before a cookie, so that a program never acts as somebody else by chance. */
static int find_session(struct api_call *call, struct store *store)
{
	struct span header = call->request->authorization, cookie;

	if (header.len == 0) {
		cookie = url_find_cookie(call->request->cookie, AUTH_COOKIE);
		return auth_check(store, cookie, call->now_s, &call->session);
	}
	if (!span_starts(header, BEARER)) {
		return AUTH_E_UNKNOWN;
	}
	header.p += strlen(BEARER);
	header.len -= strlen(BEARER);
	return accounts_check_token(store, span_trim(header), call->now_s, &call->session);
}

int api_admit(struct api_call *call, struct store *store)
{
	int r = find_session(call, store);

	call->admitted = true;

	if (r == AUTH_E_UNKNOWN) {
		answer_problem(&call->answer, 401, "Nobody is signed in here.");
	} else if (r == AUTH_E_EXPIRED) {
		answer_problem(
			&call->answer, 401, "The session or the token has ended: sign in again.");
	} else if (r == 0) {
		check_right(call);
	}
	return r < 0 ? r : 0;
}
