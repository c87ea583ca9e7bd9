/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of sshd_config(5): a keyword, its arguments, and the block that they stand in. */
#pragma once

#include "base.h"
#include "str.h"

#define SSHD_CONFIG_MAX ((size_t)256 << 10)

struct sshd_line {
	struct span keyword; /* in any case */
	struct span args;
};

enum sshd_outcome {
	SSHD_E_END = 1,
	SSHD_E_FORMAT, /* a keyword without arguments, or an open quote */
};
/* Pure: takes a line off; comments and empty ones are passed over. */
must_check int sshd_line_next(struct span *text, struct sshd_line *ret_line);
/* Pure: takes an argument off, without its quotes. SSHD_E_* */
must_check int sshd_arg_next(struct span *args, struct span *ret_arg);
/* Keywords are compared without regard to case. */
bool sshd_word_is(struct span word, const char *text);
/* fnmatch(3)-like "*" and "?" in a file's name, as Include has them; no brackets */
bool sshd_name_fits(const char *pattern, const char *name);
