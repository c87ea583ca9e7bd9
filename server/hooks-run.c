/* SPDX-License-Identifier: Apache-2.0 */
#include "hooks-run.h"

#include "hooks.h"

#include <string.h>

enum step { LOAD, SEND, NOTE };

struct delivery {
	struct work_job job;
	struct hooks_run *hooks;
	struct hooks_batch batch;
	enum step step;
	int64_t now_s;
	int status;
};

static int delivery_run(struct work_job *job, struct store *store)
{
	struct delivery *delivery = (struct delivery *)job;

	switch (delivery->step) {
	case LOAD:
		return hooks_load(store, delivery->now_s, &delivery->batch);
	case SEND:
		return hooks_send(
			&delivery->batch, delivery->hooks->ca, delivery->now_s, &delivery->status);
	case NOTE:
		break;
	}
	return hooks_done(store, delivery->now_s, &delivery->batch, delivery->status);
}

static void end(struct delivery *delivery, bool more)
{
	struct hooks_run *hooks = delivery->hooks;

	explicit_bzero(delivery->batch.key, sizeof(delivery->batch.key));
	str_finish(&delivery->batch.body);
	free(delivery);
	hooks->running = false;
	if (more) {
		hooks_start(hooks);
	}
}

static bool next_step(struct delivery *delivery)
{
	static const enum work_lane lanes[] = {
		[LOAD] = WORK_READ, [SEND] = WORK_SEND, [NOTE] = WORK_WRITE};

	return work_submit(delivery->hooks->app->work, lanes[delivery->step], &delivery->job) == 0;
}

static void delivery_done(struct work_job *job, int result)
{
	struct delivery *delivery = (struct delivery *)job;
	bool taken = delivery->status >= 200 && delivery->status <= 299;

	if (result < 0) {
		/* A database that went away is told by those who asked it something; here the next
		 * round asks again. */
		if (result != -ENOTCONN || delivery->step == SEND) {
			log_error("could not tell the webhook: %s", strerror(-result));
		}
		end(delivery, false);
		return;
	}
	if (delivery->step == NOTE || delivery->batch.body.len == 0) {
		end(delivery, delivery->step == NOTE && taken);
		return;
	}
	delivery->step = delivery->step == LOAD ? SEND : NOTE;
	if (!next_step(delivery)) {
		end(delivery, false);
	}
}

void hooks_start(void *data)
{
	struct hooks_run *hooks = data;
	struct delivery *delivery = hooks->running ? NULL : calloc(1, sizeof(*delivery));

	if (!delivery) {
		return;
	}
	delivery->job.run = delivery_run;
	delivery->job.done = delivery_done;
	delivery->hooks = hooks;
	delivery->now_s = hooks->app->wall_s();
	delivery->batch.body.max = (size_t)256 << 10;
	hooks->running = next_step(delivery);
	if (!hooks->running) {
		free(delivery);
	}
}
