/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controls of one device as one text, as the store keeps them: its form, and why, is written
 * down in migrations/0012-held.sql.
 */
#pragma once

#include "posture.h"
#include "report.h"

#define HELD_MAX (2 * REPORT_CONTROLS_MAX) /* controls of one device */
#define HELD_REASON_MAX 64		   /* also of reasons that a former version knew */

struct held_control {
	const char *id;
	const char *reason; /* a code that may be no reason any more */
	enum posture_state state;
	int64_t since_s, answered_s; /* full hours */
	int64_t sequence;	     /* of the report that said so */
	struct span line;	     /* the same as text, to be kept as it is */
};

/* Zeroed, there is none. All text in it is its own. */
struct held {
	struct held_control *controls; /* sorted by id */
	size_t n;
	char *text;
};

/* -EBADMSG: no such text, or of a later version; -ENOMEM */
must_check int held_parse(struct span text, struct held *ret_held);
void held_finish(struct held *held);
/* NULL for none of that id */
const struct held_control *held_find(const struct held *held, const char *id);

/* A text is begun, and then each control written in the order of ids, or kept as its line. */
must_check int held_begin(struct str *out);
must_check int held_write(struct str *out, const struct held_control *control);
