/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service's rules of one type, with all that they include, and what they come to: played as
 * libpam/pam_dispatch.c does it, the outcome of each module being the caller's supposition.
 */
#pragma once

#include "pam-rule.h"
#include "sysroot.h"
#include "vec.h"

#define PAM_FILES_MAX 64
#define PAM_RULES_MAX 512
#define PAM_DEPTH_MAX 16

struct pam_entry {
	struct pam_rule rule; /* of kind PAM_KIND_MODULE, or PAM_KIND_SUBSTACK where one begins */
	unsigned level;	      /* how deep in substacks */
};

struct pam_stack {
	VEC(struct pam_entry) entries;
	VEC(char *) texts;
};
void pam_stack_finish(struct pam_stack *stack);

enum pam_stack_outcome {
	PAM_STACK_E_MISSING = 1, /* there is no such service */
	PAM_STACK_E_REFUSED,	 /* no right to read a file of it */
	PAM_STACK_E_DAMAGED,	 /* a file of it is missing or none, or too many */
};
/* service: "login"; in /etc/pam.d, else where packages put it */
must_check int pam_stack_load(const struct sysroot *root, const char *service, enum pam_type type,
	struct pam_stack *ret_stack);

typedef enum pam_outcome (*pam_suppose_fn)(void *data, const struct pam_rule *rule);
/* Whether the whole stack succeeds. */
bool pam_stack_play(const struct pam_stack *stack, pam_suppose_fn suppose, void *data);

/* What modules say that do not look at a secret, for a local person; false for others. */
bool pam_module_plain(const struct pam_rule *rule, enum pam_outcome *ret_outcome);
