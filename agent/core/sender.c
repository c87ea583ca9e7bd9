/* SPDX-License-Identifier: Apache-2.0 */
#include "sender.h"

#include "answer.h"
#include "control.h"
#include "guard.h"
#include "json-build.h"
#include "log.h"
#include "outbox.h"
#include "pace.h"
#include "queue.h"
#include "report-build.h"

#include <string.h>
#include <sys/random.h>

#define ATTEMPTS_MAX 16 /* the wait is at its longest long before */

struct sender {
	struct core *core;
	struct loop_source *batch;
	struct loop_source *retry;
	struct loop_source *give_up;
	unsigned attempts;     /* that failed since the last success */
	bool unanswered;       /* since the courier was woken */
	const char *problem;   /* static: why the last try failed; NULL */
	int64_t asked_full_ms; /* boot clock; when a full report was last built on request */
	int64_t skip;	       /* numbers left out after a conflict */
	uint64_t waiters[SENDER_WAITERS_MAX];
	size_t n_waiters;
	int64_t n_sent; /* accepted since the first of the waiters asked */
};

static uint32_t random_number(void)
{
	uint32_t number = 0;

	/* without it the minute is not random, which no rule depends on */
	(void)!getrandom(&number, sizeof(number), 0);
	return number;
}

static int64_t interval_of(const struct core *core)
{
	return policy_report_interval(core->hold.policy);
}

static int arm_batch(struct sender *sender)
{
	int64_t left_s = sender->core->state.report_due - clock_read().wall_s;

	return loop_timer_set(sender->batch, left_s > 0 ? left_s * 1000 : 0);
}

static int plan_batch(struct sender *sender)
{
	struct core *core = sender->core;

	core->state.report_due =
		pace_next_batch(clock_read().wall_s, interval_of(core), random_number());
	return arm_batch(sender);
}

static int wake(struct sender *sender)
{
	int r = outbox_wake(sender->core->store.outbox_fd);

	sender->unanswered = true;
	if (r < 0) {
		log_error("could not wake the courier: %s", strerror(-r));
	}
	return loop_timer_set(sender->retry, pace_retry_ms(sender->attempts, random_number()));
}

static void fail_waiters(struct sender *sender, const char *code)
{
	while (sender->n_waiters > 0) {
		control_fail(sender->core->control, sender->waiters[--sender->n_waiters], code,
			"the report was not accepted yet; it waits in the outbox and is tried "
			"again");
	}
}

static void answer_waiters(struct sender *sender)
{
	while (sender->n_waiters > 0) {
		struct json_build body = json_build_object();

		json_build_int(&body, "format", 1);
		json_build_int(&body, "sequence", sender->core->state.sequence);
		json_build_int(&body, "sent", sender->n_sent);
		control_reply(sender->core->control, sender->waiters[--sender->n_waiters], &body);
	}
	sender->n_sent = 0;
}

/* An error here is told and tried again with the next batch: a daemon does not end for it. */
static int queue_and_wake(struct sender *sender)
{
	int r = queue_report(sender->core);

	if (r < 0) {
		fail_waiters(sender, "internal");
		return r == -ENOMEM ? r : 0;
	}
	return wake(sender);
}

static int on_batch(struct loop_source *source, void *data)
{
	struct sender *sender = data;
	struct core *core = sender->core;
	size_t waiting = 0;
	int r;

	(void)source;
	if (!core_enrolled(core)) {
		return 0;
	}
	(void)state_see_time(&core->state, clock_read().wall_s);
	queue_let_go(core);
	r = plan_batch(sender);
	if (r == 0) {
		r = queue_waiting(core, &waiting);
	}
	/* behind a report that waits, a heartbeat says nothing */
	if (r == 0 && waiting > 0 && !report_has_news(&core->state, core->hold.policy)) {
		(void)!core_save(core);
		return 0;
	}
	return r == 0 ? queue_and_wake(sender) : r;
}

static int on_retry(struct loop_source *source, void *data)
{
	struct sender *sender = data;
	size_t waiting = 0;
	int r = queue_waiting(sender->core, &waiting);

	(void)source;
	if (r < 0 || !core_enrolled(sender->core)) {
		return 0;
	}
	if (sender->unanswered && sender->attempts < ATTEMPTS_MAX) {
		sender->attempts++;
	}
	if (waiting > 0) {
		return wake(sender);
	}
	return sender->core->state.full_due ? queue_and_wake(sender) : 0;
}

static int on_give_up(struct loop_source *source, void *data)
{
	struct sender *sender = data;

	(void)source;
	fail_waiters(sender, sender->problem ? sender->problem : "timeout");
	return 0;
}

int sender_new(struct core *core, struct sender **ret_sender)
{
	cleanup(sender_free_p) struct sender *sender = calloc(1, sizeof(*sender));
	int r;

	if (!sender) {
		return -ENOMEM;
	}
	sender->core = core;
	r = loop_add_timer(core->loop, on_batch, sender, &sender->batch);
	if (r == 0) {
		r = loop_add_timer(core->loop, on_retry, sender, &sender->retry);
	}
	if (r == 0) {
		r = loop_add_timer(core->loop, on_give_up, sender, &sender->give_up);
	}
	if (r == 0) {
		*ret_sender = TAKE_PTR(sender);
	}
	return r;
}

void sender_free(struct sender *sender)
{
	if (sender) {
		loop_source_free(sender->batch);
		loop_source_free(sender->retry);
		loop_source_free(sender->give_up);
		free(sender);
	}
}

void sender_free_p(struct sender **sender)
{
	sender_free(*sender);
}

int sender_begin(struct sender *sender)
{
	struct core *core = sender->core;
	size_t waiting = 0;
	int r;

	if (!core_enrolled(core)) {
		return 0;
	}
	core->state.report_due = pace_resume_batch(
		core->state.report_due, clock_read().wall_s, interval_of(core), random_number());
	r = arm_batch(sender);
	if (r == 0) {
		r = queue_waiting(core, &waiting);
	}
	return r == 0 && waiting > 0 ? wake(sender) : r;
}

int sender_end(struct sender *sender)
{
	int r = loop_timer_set(sender->batch, -1);

	if (r == 0) {
		r = loop_timer_set(sender->retry, -1);
	}
	sender->attempts = 0;
	sender->skip = 0;
	sender->problem = NULL;
	fail_waiters(sender, "not-enrolled");
	return r;
}

int sender_tell_all(struct sender *sender)
{
	sender->core->state.full_due = true;
	return queue_and_wake(sender);
}

int sender_send(struct sender *sender, uint64_t peer)
{
	struct core *core = sender->core;
	size_t waiting = 0;
	int r;

	if (sender->n_waiters == SENDER_WAITERS_MAX) {
		/* the oldest, who is probably gone */
		control_fail(core->control, sender->waiters[0], "busy", "others wait, too");
		memmove(sender->waiters, sender->waiters + 1,
			--sender->n_waiters * sizeof(sender->waiters[0]));
	}
	r = queue_waiting(core, &waiting);
	if (r < 0) {
		control_fail(core->control, peer, "internal", "the outbox cannot be read");
		return 0;
	}
	if (sender->n_waiters == 0) {
		sender->n_sent = 0;
	}
	sender->waiters[sender->n_waiters++] = peer;
	r = loop_timer_set(sender->give_up, SENDER_GIVE_UP_MS);
	if (r < 0) {
		return r;
	}
	return waiting == 0 || report_has_news(&core->state, core->hold.policy)
		       ? queue_and_wake(sender)
		       : wake(sender);
}

static int take_failure(struct sender *sender, const struct spool_reply *reply)
{
	int r = 0;

	sender->problem = answer_device_code(reply);
	log_info("a report was not accepted: %s", sender->problem);
	if (answer_report_action(reply) == ANSWER_COLLAPSE) {
		/* Numbers that this device no longer knows it used (a restored backup) are stepped
		 * over in ever longer steps. The new report waits for the retry: whoever answers
		 * like this must not make us turn in a circle. */
		sender->skip = sender->skip == 0 ? 1 : sender->skip * 2;
		if (sender->skip > QUEUE_SKIP_MAX) {
			sender->skip = QUEUE_SKIP_MAX;
		}
		r = queue_collapse(sender->core, sender->skip);
		if (r < 0) {
			log_error("could not empty the outbox: %s", strerror(-r));
			r = 0;
		}
	}
	fail_waiters(sender, sender->problem);
	if (r == 0) {
		r = loop_timer_set(sender->retry,
			pace_asked_ms(sender->attempts, reply->retry_after_s, random_number()));
	}
	sender->attempts += sender->attempts < ATTEMPTS_MAX;
	return r;
}

static int take_policy(struct sender *sender, struct span jws)
{
	struct core *core = sender->core;
	int64_t wall_s = state_see_time(&core->state, clock_read().wall_s);
	int r = policy_hold_admit(&core->hold, &core->identity, NULL, jws, wall_s);

	if (r != 0) {
		log_warning("the server's policy was not taken: %s",
			r < 0 ? strerror(-r) : policy_hold_why(r));
		return r == -ENOMEM ? r : 0;
	}
	core->state.full_due = true;
	r = core_policy_changed(core);
	return r == 0 ? plan_batch(sender) : r;
}

static int take_accepted(struct sender *sender, const struct answer_accepted *answer)
{
	struct core *core = sender->core;
	int64_t now_ms = clock_read().boot_ms;
	size_t waiting = 0;
	int r = queue_file(core, answer->accepted);

	if (r < 0) {
		return r == -ENOMEM ? r : 0;
	}
	sender->attempts = 0;
	sender->skip = 0;
	sender->problem = NULL;
	sender->n_sent++;
	guard_reached(core->guard, answer->accepted);
	core->state.full_due = core->state.full_due || answer->want_full;
	if (answer->policy.len > 0) {
		r = take_policy(sender, answer->policy);
	}
	if (r == 0 && core_save(core) == 0) {
		r = queue_waiting(core, &waiting);
	}
	if (r < 0) {
		return r == -ENOMEM ? r : 0;
	}
	if (waiting > 0) {
		return loop_timer_set(sender->retry, pace_retry_ms(0, random_number()));
	}
	/* Asked by somebody whom nothing proves: not more often than this costs nothing. */
	if (core->state.full_due && (sender->asked_full_ms == 0 ||
					    now_ms - sender->asked_full_ms > SENDER_FULL_MIN_MS)) {
		sender->asked_full_ms = now_ms;
		return queue_and_wake(sender);
	}
	answer_waiters(sender);
	return loop_timer_set(sender->retry, -1);
}

int sender_take_reply(struct sender *sender, int64_t number, const struct spool_reply *reply)
{
	cleanup(answer_accepted_finish) struct answer_accepted answer = {0};
	struct span body = {reply->body, reply->body_len};
	int r;

	sender->unanswered = false;
	if (reply->error != SPOOL_ERROR_NONE || reply->status != 200) {
		return take_failure(sender, reply);
	}
	r = answer_parse_accepted(body, &answer);
	if (r == -ENOMEM) {
		return r;
	}
	if (r < 0 || answer.accepted != number) {
		return take_failure(sender, reply);
	}
	return take_accepted(sender, &answer);
}

int sender_to_json(struct sender *sender, struct json_object **ret_object)
{
	struct json_build build = json_build_object();
	struct core *core = sender->core;
	size_t waiting = 0;
	int r = queue_waiting(core, &waiting);

	if (core_enrolled(core)) {
		json_build_int(&build, "next", core->state.report_due);
	} else {
		json_build_null(&build, "next");
	}
	if (sender->problem) {
		json_build_string(&build, "problem", sender->problem);
	} else {
		json_build_null(&build, "problem");
	}
	json_build_int(&build, "waiting", (int64_t)waiting);
	if (r < 0) {
		json_build_drop(&build);
		return r;
	}
	return json_build_finish(&build, ret_object);
}

const char *sender_problem(const struct sender *sender)
{
	return sender->problem;
}
