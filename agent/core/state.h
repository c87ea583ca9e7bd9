/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretakerd remembers over a restart, state.json: since when each verdict holds, what was
 * last reported, the sequence, the highest wall time ever seen, and what the owner said, agreed to
 * and gave.
 */
#pragma once

#include "agreed.h"
#include "exempt-given.h"
#include "exempt.h"
#include "posture.h"
#include "report.h"
#include "rules.h"
#include "vec.h"

#define STATE_FILE "state.json"
#define STATE_MAX ((size_t)256 << 10)

/* One control's state, and the one that was last put into a report. */
struct state_control {
	char id[POSTURE_ID_MAX + 1];
	enum posture_state state;
	enum posture_reason reason;
	int64_t since;	  /* wall second */
	int64_t on_since; /* since when a policy names it, or the enrolment; 0: it is off */
	bool reported;
	enum posture_state reported_state;
	enum posture_reason reported_reason;
	/* Of a control that is told by day: the day that runs, and its worst so far. Not saved. */
	int64_t day; /* since 1970; 0 for none */
	enum posture_state day_state;
	enum posture_reason day_reason;
};

/*
 * The newest policy of this enrolment: kept apart from the policy itself, so that losing that one
 * opens no way back. version 0 for none.
 */
struct policy_mark {
	int64_t version;
	bool is_private;
};

struct state {
	int64_t sequence;     /* of the last report built; 0 for none */
	int64_t wall_highest; /* the highest wall second ever seen */
	int64_t reported_at;  /* wall second of the last accepted report; 0 for none */
	int64_t report_due;   /* wall second of the next batch; 0 for none */
	bool full_due;	      /* the next report tells everything */
	bool was_school;      /* a school whose own the device was may have had settings kept */
	struct policy_mark mark;
	struct rules rules;
	VEC(struct state_control) controls;
	VEC(struct exemption_use) uses;
	struct agreed agreed;	   /* on a private device */
	struct exempt_given given; /* on a private device */
	int64_t charged_ms;	   /* boot clock, not saved; up to which uses were counted */
};

void state_finish(struct state *state);
/* -EBADMSG with error filled (which may be NULL) when it is torn or not ours */
must_check int state_parse(struct span text, struct state *ret_state, struct json_error *error);
must_check int state_write(const struct state *state, struct str *out);

/* NULL when this control was never judged */
struct state_control *state_find(const struct state *state, const char *id);
/* Notes a verdict; ret_changed tells whether state or reason is another than before. */
must_check int state_observe(struct state *state, const char *id, enum posture_state value,
	enum posture_reason reason, int64_t wall_s, bool *ret_changed);
/*
 * The same of a control that is told by day: what is remembered, since the day on which it began,
 * is the worst of the last day that is over; until one is, that nothing is known. A moment is never
 * written down.
 */
must_check int state_observe_day(struct state *state, const char *id, enum posture_state value,
	enum posture_reason reason, int64_t wall_s, bool *ret_changed);
/* Raises the highest wall time; returns it. */
int64_t state_see_time(struct state *state, int64_t wall_s);
/* Counts anew: what one school was told means nothing to another, nor do the days it gave. */
void state_forget_reports(struct state *state);
