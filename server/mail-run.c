/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-run.h"

#include "duties-storage.h"
#include "mail-post.h"
#include "refresh.h"

#include <string.h>

enum step { LOOK, CLAIM, POST, NOTE };

struct reminder {
	struct work_job job;
	struct mail_run *mail;
	struct mail_setup setup;
	struct mail_due due;
	enum step step;
	bool go; /* to the next step */
	int64_t now_s;
	enum mail_problem problem;
};

static struct span keys_of(const struct reminder *reminder)
{
	return (struct span){reminder->due.keys.p, reminder->due.keys.len};
}

static int look(struct reminder *reminder, struct store *store)
{
	const struct state *state = reminder->mail->app->refresh->state;
	int r = mail_setup_read(store, &reminder->setup);

	if (r != 0 || !reminder->setup.on) {
		return r;
	}
	r = mail_due_read(store, reminder->now_s, duties_storage_of(state), &reminder->due);
	return r != 0 ? r : mail_wants(store, reminder->now_s, keys_of(reminder), &reminder->go);
}

static int post(struct reminder *reminder)
{
	const struct refresh *refresh = reminder->mail->app->refresh;
	const struct mail_post post = {refresh->state, refresh->datadir, reminder->mail->ca,
		&reminder->setup, &reminder->due, reminder->now_s};
	int status = 0;

	reminder->go = true;
	return mail_post(&post, &reminder->problem, &status);
}

static int reminder_run(struct work_job *job, struct store *store)
{
	struct reminder *reminder = (struct reminder *)job;

	reminder->go = false;
	switch (reminder->step) {
	case LOOK:
		return look(reminder, store);
	case CLAIM:
		return mail_claim(store, reminder->now_s, keys_of(reminder), &reminder->go);
	case POST:
		return post(reminder);
	case NOTE:
		break;
	}
	return mail_done(store, reminder->now_s, keys_of(reminder), reminder->problem);
}

static bool submit(struct reminder *reminder)
{
	static const enum work_lane lanes[] = {
		[LOOK] = WORK_READ, [CLAIM] = WORK_WRITE, [POST] = WORK_SEND, [NOTE] = WORK_WRITE};

	return work_submit(reminder->mail->app->work, lanes[reminder->step], &reminder->job) == 0;
}

static void end(struct reminder *reminder)
{
	reminder->mail->running = false;
	mail_due_finish(&reminder->due);
	free(reminder);
}

static void reminder_done(struct work_job *job, int result)
{
	struct reminder *reminder = (struct reminder *)job;

	/* A database that went away is told of by those who asked it something. */
	if (result < 0 && result != -ENOTCONN) {
		log_error("could not remind by mail: %s", strerror(-result));
	}
	if (result < 0 || !reminder->go) {
		end(reminder);
		return;
	}
	reminder->step++;
	if (!submit(reminder)) {
		end(reminder);
	}
}

void mail_start(void *data)
{
	struct mail_run *mail = data;
	struct reminder *reminder = mail->running ? NULL : calloc(1, sizeof(*reminder));

	if (!reminder) {
		return;
	}
	reminder->job.run = reminder_run;
	reminder->job.done = reminder_done;
	reminder->mail = mail;
	reminder->due = MAIL_DUE_INIT;
	reminder->now_s = mail->app->wall_s();
	mail->running = submit(reminder);
	if (!mail->running) {
		end(reminder);
	}
}
