/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to `status` and `audit` (ARCHITECTURE.md, "Messages between processes") as structs. */
#pragma once

#include "base.h"
#include "json.h"
#include "posture.h"
#include "vec.h"

#define ANSWER_VERDICTS_MAX 256
#define ANSWER_CLIENTS_MAX 512
#define ANSWER_RESTORED_MAX 512
#define ANSWER_TEXT_MAX 256
#define ANSWER_NONE ((int64_t)-1)

struct answer_verdict {
	const char *id;
	enum posture_state state;
	enum posture_reason reason;
	int64_t since;		      /* wall second, ANSWER_NONE when nobody remembers */
	int64_t due;		      /* a failure counts from here on; ANSWER_NONE: it does */
	struct json_object *evidence; /* key to text, borrowed */
};

struct answer_client {
	const char *client;
	bool installed;
	bool assessed; /* nothing can be set in it as it is packaged here */
	int64_t kept;
	int64_t drifted;
	const char *later; /* "sign-in", "start": from when on what is kept counts; NULL: it does */
	const char *tier;  /* "off", "base", "strict" */
	int64_t uid;	   /* ANSWER_NONE for the whole machine */
};

struct answer_restored {
	const char *client;
	const char *key;
	int64_t at;
};

/* Strings point into json, which is held. */
struct answer {
	struct json_object *json;
	bool enrolled;
	bool school;
	bool keeping; /* the owner agreed that settings are kept */
	const char *policy;
	int64_t policy_version;
	int64_t reported;    /* wall second, ANSWER_NONE for never */
	int64_t next;	     /* when the next report is due, ANSWER_NONE for not known */
	int64_t waiting;     /* reports sealed and not accepted yet */
	const char *problem; /* why the last try to send failed: "error.CODE"; NULL for none */
	int64_t asked;	     /* settings that wait for the owner's yes */
	struct json_object *exemptions;	     /* allowed.h; borrowed, NULL for none */
	VEC(struct answer_verdict) verdicts; /* as answered: sorted by id */
	VEC(struct answer_client) clients;
	VEC(struct answer_restored) restored;
};
void answer_finish(struct answer *answer);

/* Takes a reference to json. JSON_E_* with error filled when it is no such answer. */
must_check int answer_read(
	struct json_object *json, struct answer *ret_answer, struct json_error *error);

const struct answer_verdict *answer_find(const struct answer *answer, const char *id);
size_t answer_count(const struct answer *answer, enum posture_state state);
/* Passes, does not apply, or is exempt. */
bool answer_state_passes(enum posture_state state);
bool answer_all_pass(const struct answer *answer);
