/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal can show. Environment and locale are read by main and come in as arguments. */
#pragma once

#include "base.h"
#include "posture.h"

#define TERM_WIDTH_DEFAULT 80
#define TERM_WIDTH_MIN 20
#define TERM_WIDTH_MAX 120 /* longer lines are hard to read */

struct term {
	size_t width;
	bool tty;
	bool colour;
	bool moves; /* its cursor can be sent back: a live view is drawn over itself */
	bool utf8;
};

struct term_environment {
	const char *no_color; /* NO_COLOR, https://no-color.org: set and not empty means none */
	const char *term;     /* TERM */
	const char *codeset;  /* nl_langinfo(CODESET) */
};

void term_look(int fd, const struct term_environment *environment, struct term *ret_term);

/* The same terminal, when somebody made its window another size */
void term_look_again(int fd, struct term *term);

enum term_style {
	TERM_PLAIN,
	TERM_BOLD,
	TERM_DIM,
	TERM_GOOD,
	TERM_BAD,
	TERM_UNSURE,
};
/* The bytes that turn it on, "" without colour; term_style_end turns any off. */
const char *term_style_begin(const struct term *term, enum term_style style);
const char *term_style_end(const struct term *term, enum term_style style);

/* A sign that needs no colour to be told apart: one column wide. */
const char *term_state_symbol(const struct term *term, enum posture_state state);
enum term_style term_state_style(enum posture_state state);
