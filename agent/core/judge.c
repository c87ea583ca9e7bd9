/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "exempt-use.h"
#include "inputs.h"
#include "log.h"
#include "rpm-installed.h"
#include "seen.h"
#include "watch.h"

#include <string.h>

struct judged {
	const struct check *check;
	struct kept_verdict verdict;
	bool stale;	  /* an input changed */
	int64_t ran_at_s; /* wall second */
};

struct judge {
	struct judge_setup setup;
	struct watch *watch;
	struct loop_source *settle;
	struct loop_source *due;
	int64_t due_s;	     /* wall second that it waits for; -1: none */
	struct judged *rows; /* in the registry's order */
	size_t n_rows;
	int64_t ran;		/* checks so far */
	int64_t stale_since_ms; /* boot clock; the first change that was not judged; 0 for none */
};

/* One timer for the nearest second at which a verdict may change by itself */
static int arm_due(struct judge *judge)
{
	int64_t nearest = -1;

	for (size_t i = 0; i < judge->n_rows; i++) {
		struct judged *row = &judge->rows[i];
		int64_t due = row->verdict.due_s;

		if (due <= 0) {
			continue;
		}
		if (due < row->ran_at_s + JUDGE_DUE_MIN_S) {
			due = row->ran_at_s + JUDGE_DUE_MIN_S;
		}
		if (nearest < 0 || due < nearest) {
			nearest = due;
		}
	}
	judge->due_s = nearest;
	return loop_timer_set_wall(judge->due, nearest);
}

/* What is read for one run alone */
struct run {
	struct first_seen *memory;
	struct check_person *people;
	size_t n_people;
	struct rpm_installed rpm;
	struct clock_now now;
	bool changed;
};

static void run_finish(struct run *run)
{
	first_seen_free(run->memory);
	free(run->people);
	rpm_installed_finish(&run->rpm);
}

static void fill_ctx(const struct judge *judge, struct run *run, struct check_ctx *ret_ctx)
{
	const struct judge_setup *setup = &judge->setup;

	*ret_ctx = (struct check_ctx){
		.root = setup->root,
		.live = setup->live,
		.policy = setup->policy,
		.now = run->now,
		.first_seen = run->memory,
		.unpack = setup->unpack,
		.rpm = &run->rpm,
		.people = run->people,
		.n_people = run->n_people,
		.policy_from = setup->policy_from,
		.device = setup->device,
		.highest_s = setup->state->wall_highest,
		.given = setup->given ? setup->given(setup->data) : NULL,
		.media = setup->media ? setup->media(setup->data) : NULL,
		.uses = setup->state->uses.items,
		.n_uses = setup->state->uses.len,
	};
}

/* Before anything is judged: an exemption that has used its time up is over now. */
static int charge_exemptions(struct judge *judge, struct run *run)
{
	bool counted = false;
	struct check_ctx ctx;
	int r;

	fill_ctx(judge, run, &ctx);
	r = exempt_use_charge(judge->setup.state, &ctx, &counted);
	run->changed = run->changed || counted;
	return r;
}

/* Judged once more when the day is over, so that it is remembered as a whole. */
static int observe_day(
	struct judge *judge, const struct check *check, struct run *run, struct verdict *verdict)
{
	int64_t tomorrow_s = (run->now.wall_s / CLOCK_DAY_S + 1) * CLOCK_DAY_S;
	bool differs = false;
	int r = state_observe_day(judge->setup.state, check->id, verdict->state, verdict->reason,
		run->now.wall_s, &differs);

	if (verdict->due_s == 0 || verdict->due_s > tomorrow_s) {
		verdict->due_s = tomorrow_s;
	}
	run->changed = run->changed || differs;
	return r;
}

static int observe(struct judge *judge, const struct check *check, struct run *run,
	const struct verdict *verdict)
{
	bool differs = false;
	int r = state_observe(judge->setup.state, check->id, verdict->state, verdict->reason,
		run->now.wall_s, &differs);

	run->changed = run->changed || differs;
	return r;
}

static int run_row(struct judge *judge, struct judged *row, struct run *run)
{
	struct verdict verdict;
	struct check_ctx ctx;
	int r;

	fill_ctx(judge, run, &ctx);
	judge->ran++;
	row->stale = false;
	row->ran_at_s = run->now.wall_s;
	check_run(row->check, &ctx, &verdict);
	r = row->check->by_day ? observe_day(judge, row->check, run, &verdict)
			       : observe(judge, row->check, run, &verdict);
	return r == 0 ? kept_verdict_take(&row->verdict, &verdict) : r;
}

/* Reads what this check wants and no check before it wanted. */
static int run_prepare(const struct judge *judge, const struct check *check, struct run *run)
{
	int r = 0;

	if (!run->memory && judge->setup.state_fd >= 0 && inputs_read_packages(check)) {
		r = seen_open(judge->setup.state_fd, &run->memory);
	}
	if (r == 0 && !run->people && judge->setup.people && inputs_name_people(check)) {
		r = judge->setup.people(judge->setup.data, &run->people, &run->n_people);
	}
	return r;
}

typedef bool (*wanted_fn)(const struct judged *row, const void *what);

static int run_rows(struct judge *judge, wanted_fn wanted, const void *what, bool *changed)
{
	cleanup(run_finish) struct run run = {.now = clock_read()};
	int r;

	(void)state_see_time(judge->setup.state, run.now.wall_s);
	r = charge_exemptions(judge, &run);
	for (size_t i = 0; r == 0 && i < judge->n_rows; i++) {
		struct judged *row = &judge->rows[i];

		if (!wanted(row, what)) {
			continue;
		}
		r = run_prepare(judge, row->check, &run);
		if (r == 0) {
			r = run_row(judge, row, &run);
		}
	}
	*changed = run.changed;
	return r == 0 && run.memory ? seen_save(judge->setup.state_fd, run.memory) : r;
}

static int run_wanted(struct judge *judge, wanted_fn wanted, const void *what)
{
	bool changed = false;
	int r = run_rows(judge, wanted, what, &changed);

	if (r == 0) {
		r = arm_due(judge);
	}
	return r == 0 ? judge->setup.done(changed, judge->setup.data) : r;
}

static bool is_stale(const struct judged *row, const void *what)
{
	(void)what;
	return row->stale;
}

static bool is_due(const struct judged *row, const void *what)
{
	const int64_t *now_s = what; /* NULL: whatever the date */

	return row->verdict.due_s > 0 && (!now_s || row->verdict.due_s <= *now_s);
}

static bool is_named(const struct judged *row, const void *what)
{
	return !what || strcmp(row->check->id, what) == 0;
}

static bool is_exemptible(const struct judged *row, const void *what)
{
	const struct check_ctx *ctx = what;
	const struct exemption *exemption;

	for (size_t i = 0; (exemption = exempt_at(ctx, i)); i++) {
		if (exemption_covers(exemption, row->check->id)) {
			return true;
		}
	}
	return strncmp(row->check->id, "exempt.", 7) == 0;
}

static int on_settled(struct loop_source *source, void *data)
{
	struct judge *judge = data;

	(void)source;
	judge->stale_since_ms = 0;
	return run_wanted(judge, is_stale, NULL);
}

static int on_due(struct loop_source *source, void *data)
{
	struct judge *judge = data;
	int64_t now_s = clock_read().wall_s;

	(void)source;
	/* too early: the clock was set, and that makes every verdict with a date doubtful */
	return run_wanted(judge, is_due, now_s < judge->due_s ? NULL : &now_s);
}

/* Waits for a pause in a burst, but for no longer than JUDGE_SETTLE_MAX_MS in all. */
static int settle_in(struct judge *judge, int64_t wait_ms)
{
	int64_t now_ms = clock_read().boot_ms, left_ms;

	if (judge->stale_since_ms == 0) {
		judge->stale_since_ms = now_ms;
	}
	left_ms = judge->stale_since_ms + JUDGE_SETTLE_MAX_MS - now_ms;
	if (wait_ms > left_ms) {
		wait_ms = left_ms > 0 ? left_ms : 0;
	}
	return loop_timer_set(judge->settle, wait_ms);
}

static int go_stale(struct judge *judge, struct judged *row)
{
	row->stale = true;
	return settle_in(judge, inputs_read_packages(row->check) ? JUDGE_SETTLE_MS : 0);
}

static void on_change(enum watch_kind kind, const void *token, void *data)
{
	struct judge *judge = data;

	for (size_t i = 0; i < judge->n_rows; i++) {
		struct judged *row = &judge->rows[i];

		if (inputs_concern(row->check, kind, token) && go_stale(judge, row) < 0) {
			log_error("could not arm a timer");
		}
	}
}

int judge_watch(struct judge *judge)
{
	for (size_t i = 0; i < judge->n_rows; i++) {
		int r = inputs_watch(judge->watch, judge->rows[i].check);

		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int judge_new(const struct judge_setup *setup, struct judge **ret_judge)
{
	cleanup(judge_free_p) struct judge *judge = calloc(1, sizeof(*judge));
	int r;

	if (!judge) {
		return -ENOMEM;
	}
	judge->setup = *setup;
	judge->rows = calloc(check_registry_len, sizeof(*judge->rows));
	if (!judge->rows) {
		return -ENOMEM;
	}
	judge->n_rows = check_registry_len;
	for (size_t i = 0; i < judge->n_rows; i++) {
		judge->rows[i].check = check_registry[i];
	}
	r = watch_new(setup->loop, setup->root, on_change, judge, &judge->watch);
	if (r == 0) {
		r = loop_add_timer(setup->loop, on_settled, judge, &judge->settle);
	}
	if (r == 0) {
		r = loop_add_timer(setup->loop, on_due, judge, &judge->due);
	}
	if (r == 0) {
		*ret_judge = TAKE_PTR(judge);
	}
	return r;
}

void judge_free(struct judge *judge)
{
	if (judge) {
		watch_free(judge->watch);
		loop_source_free(judge->settle);
		loop_source_free(judge->due);
		for (size_t i = 0; i < judge->n_rows; i++) {
			kept_verdict_finish(&judge->rows[i].verdict);
		}
		free(judge->rows);
		free(judge);
	}
}

void judge_free_p(struct judge **judge)
{
	judge_free(*judge);
}

int judge_people_changed(struct judge *judge)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < judge->n_rows; i++) {
		if (inputs_name_people(judge->rows[i].check)) {
			r = go_stale(judge, &judge->rows[i]);
		}
	}
	return r;
}

int judge_media_changed(struct judge *judge)
{
	for (size_t i = 0; i < judge->n_rows; i++) {
		struct judged *row = &judge->rows[i];

		row->stale = row->stale || inputs_name_media(row->check);
	}
	/* no burst of opens puts it off any further, nor costs a call each */
	return judge->stale_since_ms == 0 ? settle_in(judge, JUDGE_LEISURE_MS) : 0;
}

int judge_exemptions_changed(struct judge *judge)
{
	struct run run = {.now = clock_read()};
	struct check_ctx ctx;

	fill_ctx(judge, &run, &ctx);
	return run_wanted(judge, is_exemptible, &ctx);
}

void judge_set_policy(struct judge *judge, const struct policy *policy, enum check_policy from)
{
	judge->setup.policy = policy;
	judge->setup.policy_from = from;
}

int judge_run(struct judge *judge, const char *id)
{
	if (id && !check_find(id)) {
		return -ENOENT;
	}
	return run_wanted(judge, is_named, id);
}

int64_t judge_ran(const struct judge *judge)
{
	return judge->ran;
}

const struct kept_verdict *judge_verdict(const struct judge *judge, size_t i)
{
	return &judge->rows[i].verdict;
}
