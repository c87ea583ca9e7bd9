/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exemption: a school's signed word that some controls may fail on some devices for a while,
 * with who asked, what for, whom it concerns and when they were told. It travels in the policy, so
 * its signature is the policy's. Roles and classes alone: no person is named, no text is free. The
 * controls of Caretaker itself (agent.*, exempt.*) are exempted for nobody.
 */
#pragma once

#include "json.h"
#include "posture.h"
#include "vec.h"

#define EXEMPTIONS_MAX 32
#define EXEMPTION_ID_MAX 48
#define EXEMPTION_CONTROLS_MAX 16
#define EXEMPTION_DEVICES_MAX 256
#define EXEMPTION_MOST_S ((int64_t)30 * 86400) /* controls.json, exempt.least-scope */
/* A clock is set by a few seconds now and then; more than this behind the highest time ever seen is
 * no correction. */
#define EXEMPTION_SLACK_S ((int64_t)300)
/* controls.json, exempt.expiry: what was lifted holds again this long after the end */
#define EXEMPTION_RESTORE_S ((int64_t)900)

struct exemption {
	const char *id; /* as all text here: points into the policy */
	const char *asked_by, *purpose;
	int64_t noticed, start, end; /* wall seconds */
	struct json_object *persons, *controls, *devices;
};
struct exemptions {
	VEC(struct exemption) list;
};
void exemptions_finish(struct exemptions *exemptions);

/* Borrows array, which outlives the result. JSON_E_* with error filled, -ENOMEM */
must_check int exemptions_parse(
	struct json_object *array, struct exemptions *ret_exemptions, struct json_error *error);

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
