/* SPDX-License-Identifier: Apache-2.0 */
#include "mail.h"

#include "answer.h"
#include "moment.h"

#include <inttypes.h>
#include <stdio.h>

/* The marks */
#define SENT "mail_sent"
#define NEXT "mail_next"
#define TRIES "mail_tries"
#define PROBLEM "mail_problem"
#define TOLD "mail_told"

static const char *const problems[MAIL_PROBLEMS] = {
	[MAIL_TAKEN] = "",
	[MAIL_CONNECT] = "connect",
	[MAIL_TLS] = "tls",
	[MAIL_LOGIN] = "login",
	[MAIL_REFUSED] = "refused",
	[MAIL_LATER] = "later",
};

const char *mail_problem_name(enum mail_problem problem)
{
	return problems[problem];
}

int mail_setup_read(struct store *store, struct mail_setup *ret_setup)
{
	int r = settings_text(store, "mail_from", ret_setup->from);

	r = r != 0 ? r : settings_text(store, "mail_server", ret_setup->server);
	r = r != 0 ? r : settings_text(store, "mail_to", ret_setup->to);
	r = r != 0 ? r : settings_text(store, "language", ret_setup->language);
	ret_setup->on = r == 0 && ret_setup->from[0] && ret_setup->server[0] && ret_setup->to[0];
	return r;
}

static int read_text(const struct store_value *row, void *data)
{
	return str_append(data, row[0].text.p, row[0].text.len);
}

/* It is longer than a setting may be. */
static int read_told(struct store *store, struct str *told)
{
	int r = store_query(store, read_text, told,
		"SELECT value FROM marks WHERE site = $1 AND name = $2", store_site(),
		store_text(TOLD));

	return r > 0 ? -EIO : r;
}

static int read_times(struct store *store, struct mail_times *ret_times)
{
	struct mail_times times = {0};
	int r = settings_number(store, SENT, &times.sent_s);

	r = r != 0 ? r : settings_number(store, NEXT, &times.next_s);
	r = r != 0 ? r : settings_number(store, TRIES, &times.tries);
	if (r == 0) {
		*ret_times = times;
	}
	return r;
}

static int keep_number(struct store *store, const char *name, int64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, n);
	return settings_keep(store, name, text);
}

struct plan {
	struct mail_times times;
	struct str told;
	bool send;
};

static void plan_finish(struct plan *plan)
{
	str_finish(&plan->told);
}

static int make_plan(struct store *store, int64_t now_s, struct span due, struct plan *plan)
{
	int r = read_times(store, &plan->times);

	r = r != 0 ? r : read_told(store, &plan->told);
	if (r == 0) {
		struct span told = {plan->told.p, plan->told.len};

		plan->send =
			due.len > 0 && mail_is_time(&plan->times, now_s, mail_has_news(told, due));
	}
	return r;
}

/* Written where it changed alone */
static int shrink_told(struct store *store, const struct str *told, struct span due)
{
	cleanup(str_finish) struct str left = {.max = MAIL_TOLD_MAX};
	int r = mail_still_due((struct span){told->p, told->len}, due, &left);

	if (r != 0 || left.len == told->len) {
		return r;
	}
	return settings_keep(store, TOLD, left.p ? left.p : "");
}

int mail_wants(struct store *store, int64_t now_s, struct span due, bool *ret_wants)
{
	cleanup(plan_finish) struct plan plan = {.told.max = MAIL_TOLD_MAX};
	cleanup(str_finish) struct str left = {.max = MAIL_TOLD_MAX};
	int r = make_plan(store, now_s, due, &plan);

	r = r != 0 ? r : mail_still_due((struct span){plan.told.p, plan.told.len}, due, &left);
	if (r == 0) {
		*ret_wants = plan.send || left.len != plan.told.len;
	}
	return r;
}

static int64_t wait_after(int64_t tries)
{
	int64_t wait = MAIL_WAIT_S;

	for (int64_t i = 0; i < tries && wait < MAIL_WAIT_MOST_S; i++) {
		wait *= 2;
	}
	return wait < MAIL_WAIT_MOST_S ? wait : MAIL_WAIT_MOST_S;
}

int mail_claim(struct store *store, int64_t now_s, struct span due, bool *ret_send)
{
	cleanup(plan_finish) struct plan plan = {.told.max = MAIL_TOLD_MAX};
	int r = make_plan(store, now_s, due, &plan);

	r = r != 0 ? r : shrink_told(store, &plan.told, due);
	if (r == 0 && plan.send) {
		r = keep_number(store, TRIES, plan.times.tries + 1);
		r = r != 0 ? r : keep_number(store, NEXT, now_s + wait_after(plan.times.tries));
	}
	if (r == 0) {
		*ret_send = plan.send;
	}
	return r > 0 ? -EIO : r;
}

int mail_forget_tries(struct store *store)
{
	int r = keep_number(store, TRIES, 0);

	r = r != 0 ? r : keep_number(store, NEXT, 0);
	return r != 0 ? r : settings_keep(store, PROBLEM, "");
}

int mail_done(struct store *store, int64_t now_s, struct span due, enum mail_problem problem)
{
	cleanup(str_finish) struct str told = {.max = MAIL_TOLD_MAX};
	int r;

	if (problem != MAIL_TAKEN) {
		return settings_keep(store, PROBLEM, mail_problem_name(problem));
	}
	r = str_append(&told, due.p, due.len);
	r = r != 0 ? r : settings_keep(store, TOLD, told.p);
	r = r != 0 ? r : keep_number(store, SENT, now_s);
	return r != 0 ? r : mail_forget_tries(store);
}

static int add_time(struct json_object *body, const char *key, int64_t at_s, bool day)
{
	return at_s == 0 ? answer_add_null(body, key)
			 : answer_add(body, key,
				   day ? moment_json_day(at_s) : moment_json_instant(at_s));
}

int mail_read(struct store *store, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	char problem[SETTINGS_TEXT_MAX + 1];
	struct mail_times times = {0};
	int r = settings_text(store, PROBLEM, problem);

	r = r != 0 ? r : read_times(store, &times);
	r = r != 0 ? r : add_time(body, "next", times.next_s, false);
	r = r != 0	 ? r
	    : problem[0] ? answer_add_text(body, "problem", problem)
			 : answer_add_null(body, "problem");
	r = r != 0 ? r : add_time(body, "sent", times.sent_s, true);
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}
