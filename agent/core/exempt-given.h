/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exemptions that the owner of a private device gave on it. They are kept in state.json, ended ones
 * too for a while, so that whether their end was kept can be judged.
 */
#pragma once

#include "exemption.h"
#include "json-build.h"

#define EXEMPT_GIVEN_MAX 16 /* ended ones make room, oldest first */
#define EXEMPT_GIVEN_PREFIX "home-"

enum exempt_given_outcome {
	EXEMPT_GIVEN_E_WORD = 1, /* no such feature, purpose or class of persons */
	EXEMPT_GIVEN_E_TIME,	 /* ends before it starts, after 30 days, or starts too far ahead */
	EXEMPT_GIVEN_E_FULL,	 /* so many run or wait already */
	EXEMPT_GIVEN_E_NONE,	 /* there is none of this id, or it has ended */
};

struct exempt_given {
	struct json_object *array; /* owned: what parsed points into; NULL for none ever */
	struct exemptions parsed;
};
void exempt_given_finish(struct exempt_given *given);

/* What was asked for. start_s 0: as soon as those concerned have been told */
struct exempt_wish {
	const char *feature, *purpose;
	struct json_object *persons;
	int64_t start_s, end_s;
};
/* EXEMPT_GIVEN_E_*; ret_id points into given, until it changes. now_s is a time never passed. */
must_check int exempt_given_add(struct exempt_given *given, const struct exempt_wish *wish,
	int64_t now_s, const char **ret_id);
/* Ends it now; one that has not started is as if it had never been. EXEMPT_GIVEN_E_NONE */
must_check int exempt_given_end(struct exempt_given *given, const char *id, int64_t now_s);

/* JSON_E_* or -errno */
must_check int exempt_given_from_json(
	struct json_object *array, struct exempt_given *ret_given, struct json_error *error);
void exempt_given_build(const struct exempt_given *given, struct json_build *array);
