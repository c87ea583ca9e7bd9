/* SPDX-License-Identifier: Apache-2.0 */
/* The statements of sudoers(5), as far as they decide who is asked for a password. */
#pragma once

#include "base.h"
#include "str.h"

#define SUDOERS_FILE_MAX ((size_t)256 << 10)

enum sudoers_kind {
	SUDOERS_DEFAULTS, /* head: ":bob", "!CMDS", "@host", ">runas" or nothing; body: the list */
	SUDOERS_USER_ALIAS, /* body: "NAME = list : NAME = list" */
	SUDOERS_CMND_ALIAS,
	SUDOERS_HOST_ALIAS,
	SUDOERS_RUNAS_ALIAS,
	SUDOERS_INCLUDE, /* body: the path */
	SUDOERS_INCLUDEDIR,
	SUDOERS_RULE, /* head: the list of users; body: "hosts = grants" and so on */
};

struct sudoers_statement {
	enum sudoers_kind kind;
	struct span head, body;
};

enum sudoers_outcome {
	SUDOERS_E_END = 1,
	SUDOERS_E_FORMAT,
};

/* In place: a line that ends in "\" goes on in the next one; a NUL byte becomes a line's end. */
void sudoers_join(char *text, size_t len);
/* Pure: takes a statement off joined text. */
must_check int sudoers_next(struct span *text, struct sudoers_statement *ret_statement);
/* Pure: takes an item off a list with commas; blanks and quotes around it are left away. */
bool sudoers_item_next(struct span *list, struct span *ret_item);
/* Pure: takes "NAME = list" off an alias's body. */
must_check int sudoers_alias_next(struct span *body, struct span *ret_name, struct span *ret_list);

/* One command of a rule, with what holds for it */
struct sudoers_grant {
	struct span command;
	struct span hosts; /* the list that it holds for */
	struct span runas; /* without parentheses */
	bool has_runas;	   /* else root */
	bool nopasswd;	   /* the last tag says so */
	bool passwd;	   /* the last tag says the contrary */
};
struct sudoers_grants {
	struct span rest;
	bool begun;
	struct sudoers_grant now;
};
/* Pure: the next command; begin with {.rest = body}. SUDOERS_E_* */
must_check int sudoers_grant_next(struct sudoers_grants *grants, struct sudoers_grant *ret_grant);
