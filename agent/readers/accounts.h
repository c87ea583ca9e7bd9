/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of /etc/passwd and /etc/shadow (passwd(5), shadow(5)). */
#pragma once

#include "base.h"
#include "str.h"

#define ACCOUNTS_FILE_MAX ((size_t)4 << 20)

struct account {
	struct span name;
	struct span password; /* "x": it is in /etc/shadow */
	struct span home;
	struct span shell;
	uint64_t uid;
	uint64_t gid; /* UINT64_MAX: no number stands there */
};

enum accounts_outcome {
	ACCOUNTS_E_END = 1, /* no line is left */
	ACCOUNTS_E_FORMAT,  /* a line that is none */
	ACCOUNTS_E_REMOTE,  /* "+" or "-": accounts of a directory are mixed in here */
};

/* Pure; takes a line off text. */
must_check int accounts_next(struct span *text, struct account *ret_account);
/* The password field of this name in a shadow file; false when it has no such line. */
bool accounts_shadow_find(struct span shadow, struct span name, struct span *ret_password);
/* Every line of a shadow file has a name and a password field, and no NUL byte is in it. */
bool accounts_shadow_sound(struct span shadow);
/* Somebody can log in with it: an empty field means /bin/sh. */
bool accounts_shell_login(struct span shell);
