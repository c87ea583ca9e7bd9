/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue's rules over what was answered: pure, for duties.c and its unit test. */
#pragma once

#include "base.h"
#include "str.h"

enum duty_answer {
	DUTY_NONE,
	DUTY_AS_WANTED,	  /* set as wanted, and people cannot change it */
	DUTY_EXEMPTED,	  /* otherwise, with a reason that stands in the note */
	DUTY_NOT_LOCKED,  /* set as wanted, and people may change it */
	DUTY_NOT_OFFERED, /* the service has no such thing */
	DUTY_NOT_SEEN,	  /* looked for and not found */
	DUTY_OTHERWISE,
};
#define DUTY_ANSWERS 7

enum duty_state { DUTY_UNKNOWN, DUTY_PASS, DUTY_FAIL, DUTY_NA, DUTY_EXEMPT };

enum duty_flag {
	DUTY_MAY_EXEMPT = 1, /* its rule knows an exemption or a reason */
	DUTY_ABSENT_NA = 2,  /* a service without it has nothing to set; else that is unknown */
};

struct duty {
	const char *id;
	const char *severity;
	unsigned flags;
};
/* Of each meeting service, sorted by id; the bundle is made of the others */
extern const struct duty duties_conf[];
extern const size_t duties_conf_len;
/* Of the school itself, which its people answer where the endpoint cannot see it */
extern const struct duty duties_own[];
extern const size_t duties_own_len;
#define DUTY_BUNDLE "conf.default-settings-bundle"

const struct duty *duty_find(const struct duty *rows, size_t n, const char *id);
const char *duty_answer_name(enum duty_answer answer);
bool duty_answer_parse(const char *word, enum duty_answer *ret_answer);
const char *duty_state_name(enum duty_state state);

/* What one answer makes of a row. old: it was given more than 90 days ago. ret_reason: static */
enum duty_state duty_judge(
	const struct duty *duty, enum duty_answer answer, bool old, const char **ret_reason);
