/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exemption: somebody's word that one thing that is off may be on for a while, with who asked,
 * what for, whom it concerns and when they were told. A school's travels in the policy, so its
 * signature is the policy's; a parent's is given on the device itself. Roles and classes alone: no
 * person is named, no text is free, and there is no word for recognising or judging anybody. The
 * controls of Caretaker itself (agent.*, exempt.*) are exempted for nobody.
 *
 * What must stand in a school's is controls.json, exempt.record-keeping, .least-scope,
 * .prior-notice and .consent-where-needed.
 */
#pragma once

#include "exemption-words.h"
#include "json.h"
#include "posture.h"
#include "vec.h"

#define EXEMPTIONS_MAX 32
#define EXEMPTION_ID_MAX 48
#define EXEMPTION_CONTROLS_MAX 4
#define EXEMPTION_DEVICES_MAX 256
#define EXEMPTION_LISTED_MAX 8	/* words of one closed list */
#define EXEMPTION_NOTICE_DAYS 2 /* school days, when the policy is silent */
#define EXEMPTION_NOTICE_DAYS_MAX 20
/* What was recorded is deleted this long after the end at the latest. */
#define EXEMPTION_KEPT_MOST_S ((int64_t)30 * 86400)
/* At home: whoever uses the device is told on it, and has this long to turn away. */
#define EXEMPTION_HOME_NOTICE_S ((int64_t)600)
/* At home it is given for what comes soon, not for some day. */
#define EXEMPTION_AHEAD_MOST_S ((int64_t)30 * 86400)
#define EXEMPTION_MOST_S ((int64_t)30 * 86400) /* controls.json, exempt.least-scope */
/* A clock is set by a few seconds now and then; more than this behind the highest time ever seen is
 * no correction. */
#define EXEMPTION_SLACK_S ((int64_t)300)
/* controls.json, exempt.expiry: what was lifted holds again this long after the end */
#define EXEMPTION_RESTORE_S ((int64_t)900)

struct exemption {
	const char *id; /* as all text here: points into what was parsed */
	const char *asked_by, *purpose;
	enum exemption_feature feature;
	bool given;		     /* by the owner of this device, for it alone */
	int64_t noticed, start, end; /* wall seconds */
	/* controls: beside those of the feature; NULL for none. devices: NULL for this one */
	struct json_object *persons, *controls, *devices;
};
struct exemptions {
	VEC(struct exemption) list;
};
void exemptions_finish(struct exemptions *exemptions);

/* A school's, in a policy that wants so many school days between notice and start. Borrows array,
 * which outlives the result. JSON_E_* with error filled, -ENOMEM */
must_check int exemptions_parse(struct json_object *array, int64_t notice_days,
	struct exemptions *ret_exemptions, struct json_error *error);
/* Those given on the device: [{"end","feature","id","noticed","persons","purpose","start"}]; each
 * pair of times is wall seconds here. Otherwise the same */
must_check int exemptions_parse_given(
	struct json_object *array, struct exemptions *ret_exemptions, struct json_error *error);
/* The end of so many school days, Monday to Friday, after this second */
int64_t exemption_notice_over(int64_t noticed_s, int64_t school_days);

/* Whether what the exemption is for has this control fail */
bool exemption_covers(const struct exemption *exemption, const char *control);
/* device NULL or empty: one that belongs to nobody is in no scope. */
bool exemption_concerns(const struct exemption *exemption, const char *device);

/* Wall clock and boot clock both bound an exemption. */
struct exemption_clock {
	int64_t wall_s;
	int64_t highest_s; /* the highest wall second ever seen on this device */
	int64_t used_s;	   /* how long it ran so far by the boot clock */
};
enum exemption_phase { EXEMPTION_WAITS, EXEMPTION_RUNS, EXEMPTION_ENDED };
/* A clock behind the highest time ever seen ends it, as its end and its used time do. */
enum exemption_phase exemption_phase(
	const struct exemption *exemption, const struct exemption_clock *clock);
