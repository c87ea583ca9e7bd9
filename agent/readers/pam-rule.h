/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a service file of PAM (pam.d(5)), and of the files its modules read. */
#pragma once

#include "base.h"
#include "str.h"

#define PAM_FILE_MAX ((size_t)64 << 10)

enum pam_type { PAM_TYPE_AUTH, PAM_TYPE_ACCOUNT, PAM_TYPE_PASSWORD, PAM_TYPE_SESSION };

enum pam_kind {
	PAM_KIND_MODULE,
	PAM_KIND_INCLUDE,  /* "TYPE include FILE" */
	PAM_KIND_SUBSTACK, /* "TYPE substack FILE" */
	PAM_KIND_ALL,	   /* "@include FILE": every type */
};

enum pam_outcome { PAM_OUTCOME_SUCCESS, PAM_OUTCOME_IGNORE, PAM_OUTCOME_FAILURE };
#define PAM_OUTCOMES 3

enum pam_action {
	PAM_ACTION_IGNORE,
	PAM_ACTION_OK,
	PAM_ACTION_DONE,
	PAM_ACTION_BAD,
	PAM_ACTION_DIE,
	PAM_ACTION_RESET,
	PAM_ACTION_JUMP, /* this many of the next rules are passed over: PAM_ACTION_JUMP + n - 1 */
};
#define PAM_JUMP_MAX 512

struct pam_rule {
	enum pam_kind kind;
	enum pam_type type;
	unsigned actions[PAM_OUTCOMES]; /* for a module, by its outcome; failure is auth_err */
	struct span module;		/* "pam_unix": no directory, no ".so"; or the FILE */
	struct span args;
};

enum pam_rule_outcome {
	PAM_RULE_E_END = 1,
	PAM_RULE_E_FORMAT,
};
/* In place: a line that ends in "\" goes on in the next one. NUL bytes become line ends. */
void pam_text_join(char *text, size_t len);
/* Pure: takes a rule off joined text. */
must_check int pam_rule_next(struct span *text, struct pam_rule *ret_rule);
/* Pure: takes a word of the arguments off, "KEY=VALUE" or "KEY"; brackets hold a word together. */
bool pam_arg_next(struct span *args, struct span *ret_key, struct span *ret_value);
/* Pure: takes "KEY = VALUE" or "KEY" off a file like faillock.conf(5), pwquality.conf(5). */
bool pam_setting_next(struct span *text, struct span *ret_key, struct span *ret_value);
/* A whole number with an optional sign; false when it is none */
bool pam_number(struct span value, int64_t *ret_number);
