/* SPDX-License-Identifier: Apache-2.0 */
/* Guessing of passwords is slowed down: what the calls that take one share. */
#include "api.h"

#include <stdio.h>
#include <string.h>

int api_slow_down(struct api_call *call, struct store *store, const char *name)
{
	int wait_s = 0;
	int r = throttle_try(store, span_z(name), call->now_s, &wait_s);

	if (r == 0 && wait_s > 0) {
		answer_problem(&call->answer, 429,
			"Too many tries for this name. Try again in %d seconds.", wait_s);
		call->answer.retry_after_s = wait_s;
	}
	return r;
}

struct forgiving {
	struct work_job job;
	char name[AUTH_NAME_MAX + 1];
};

static int forgive_run(struct work_job *job, struct store *store)
{
	return throttle_forgive(store, span_z(((struct forgiving *)job)->name));
}

static void forgive_done(struct work_job *job, int result)
{
	(void)result;
	free(job);
}

void api_forgive_later(const struct api_call *call, const char *name)
{
	struct forgiving *forgiving = calloc(1, sizeof(*forgiving));

	if (!forgiving) {
		return;
	}
	forgiving->job.run = forgive_run;
	forgiving->job.done = forgive_done;
	snprintf(forgiving->name, sizeof(forgiving->name), "%s", name);
	if (work_submit(call->app->work, WORK_WRITE, &forgiving->job) < 0) {
		free(forgiving);
	}
}
