/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server's answers, from a reply file to a struct. All of it was carried by a less trusted
 * process: nothing here is believed but what caretaker-seal verifies later.
 */
#pragma once

#include "identity.h"
#include "json.h"
#include "spool.h"

/* 201 of /enrol. Text is owned by object. */
struct answer_enrolled {
	struct json_object *object; /* owned */
	const char *device;	    /* 22 characters of base64url */
	struct str policy_key;	    /* owned; canonical JSON */
	struct span policy;	    /* JWS */
};
void answer_enrolled_finish(struct answer_enrolled *answer);

/* 200 of /reports */
struct answer_accepted {
	struct json_object *object; /* owned */
	int64_t accepted;
	bool want_full;
	struct span policy; /* JWS, or empty */
};
void answer_accepted_finish(struct answer_accepted *answer);

/* -EBADMSG when it is another thing than the API says */
must_check int answer_parse_enrolled(struct span body, struct answer_enrolled *ret_answer);
must_check int answer_parse_accepted(struct span body, struct answer_accepted *ret_answer);
must_check int answer_parse_erased(struct span body);

/* An answer that is no success, as a code that has a text "error.CODE" */
const char *answer_enrol_code(const struct spool_reply *reply);
const char *answer_device_code(const struct spool_reply *reply);

/* What to do with a report that was not accepted */
enum answer_action {
	ANSWER_KEEP,	 /* try the same bytes again later */
	ANSWER_COLLAPSE, /* the server will never take these bytes: tell everything anew */
};
enum answer_action answer_report_action(const struct spool_reply *reply);
