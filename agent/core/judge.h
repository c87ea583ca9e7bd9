/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdicts: which check is judged again when. A check runs at the start, when one of its inputs
 * changed, when a verdict's due second has come, and when somebody asks.
 */
#pragma once

#include "check.h"
#include "kept-verdict.h"
#include "loop.h"
#include "state.h"

/* Package lists are rewritten in hundreds of steps: judged in a pause of this length, or after the
 * longest wait. Cameras and microphones have been told of before they are judged, and are opened
 * and closed several times by a program that begins: in a moment, once for all of it. Everything
 * else is judged at once. */
#define JUDGE_SETTLE_MS 200
#define JUDGE_LEISURE_MS 100
#define JUDGE_SETTLE_MAX_MS 2000
/* A check whose verdict is due again and again is judged this often at most. */
#define JUDGE_DUE_MIN_S 60

struct judge;

struct judge_setup {
	struct loop *loop;
	const struct sysroot *root;    /* borrowed, as all here */
	const struct facts_live *live; /* NULL: by files alone */
	const struct policy *policy;
	const char *unpack; /* caretaker-unpack's path */
	int state_fd;	    /* holds first-seen.json; -1: no memory of it */
	struct state *state;
	/* Who was told about, for one run: on the heap, by uid. NULL: nobody ever */
	int (*people)(void *data, struct check_person **ret_people, size_t *ret_n);
	enum check_policy policy_from;
	const char *device; /* its id; empty while it is nobody's */
	/* What its owner gave, NULL for none that counts now; asked for at each run */
	const struct exemptions *(*given)(void *data);
	/* Cameras and microphones now; NULL: nobody follows them */
	const struct media_view *(*media)(void *data);
	/* After verdicts were judged: changed when any state or reason is another. */
	int (*done)(bool changed, void *data);
	void *data;
};

must_check int judge_new(const struct judge_setup *setup, struct judge **ret_judge);
void judge_free(struct judge *judge);
void judge_free_p(struct judge **judge);

/* Watches every input of every check. Inputs that this machine lacks are left out. */
must_check int judge_watch(struct judge *judge);
/* The people, or what is known of them, are others. */
must_check int judge_people_changed(struct judge *judge);
/* A camera or microphone is in another state. */
must_check int judge_media_changed(struct judge *judge);
void judge_set_policy(struct judge *judge, const struct policy *policy, enum check_policy from);
/* Now; id NULL for all. -ENOENT when there is no such check. */
must_check int judge_run(struct judge *judge, const char *id);

/* Other exemptions run: judges what they may have fail, and Caretaker's word on exemptions. */
must_check int judge_exemptions_changed(struct judge *judge);

/* How many checks ran since the start: what an idle day costs */
int64_t judge_ran(const struct judge *judge);
/* The verdict of check_registry[i] */
const struct kept_verdict *judge_verdict(const struct judge *judge, size_t i);
