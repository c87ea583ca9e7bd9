/* SPDX-License-Identifier: Apache-2.0 */
#include "term.h"

#include <string.h>
#include <sys/ioctl.h>

static size_t width_read(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
		return TERM_WIDTH_DEFAULT;
	}
	if (size.ws_col < TERM_WIDTH_MIN) {
		return TERM_WIDTH_MIN;
	}
	return size.ws_col > TERM_WIDTH_MAX ? TERM_WIDTH_MAX : size.ws_col;
}

void term_look(int fd, const struct term_environment *environment, struct term *ret_term)
{
	bool tty = isatty(fd) == 1;
	bool dumb = environment->term == NULL || strcmp(environment->term, "dumb") == 0;
	bool refused = environment->no_color != NULL && environment->no_color[0] != '\0';

	*ret_term = (struct term){
		.width = tty ? width_read(fd) : TERM_WIDTH_DEFAULT,
		.tty = tty,
		.colour = tty && !dumb && !refused,
		.moves = tty && !dumb,
		.utf8 = environment->codeset != NULL && strcmp(environment->codeset, "UTF-8") == 0,
	};
}

void term_look_again(int fd, struct term *term)
{
	if (term->tty) {
		term->width = width_read(fd);
	}
}

const char *term_style_begin(const struct term *term, enum term_style style)
{
	static const char *const codes[] = {
		[TERM_PLAIN] = "",
		[TERM_BOLD] = "\033[1m",
		[TERM_DIM] = "\033[2m",
		[TERM_GOOD] = "\033[32m",
		[TERM_BAD] = "\033[1;31m",
		[TERM_UNSURE] = "\033[33m",
	};

	return term->colour ? codes[style] : "";
}

const char *term_style_end(const struct term *term, enum term_style style)
{
	return term->colour && style != TERM_PLAIN ? "\033[0m" : "";
}

struct state_look {
	const char *utf8;
	const char *ascii;
	enum term_style style;
};

static const struct state_look looks[POSTURE_STATE_COUNT] = {
	[POSTURE_UNKNOWN] = {"?", "?", TERM_UNSURE},
	[POSTURE_PASS] = {"\u2713", "+", TERM_GOOD},
	[POSTURE_FAIL] = {"\u2717", "x", TERM_BAD},
	[POSTURE_NA] = {"\u2013", "-", TERM_DIM},
	[POSTURE_EXEMPT] = {"~", "~", TERM_UNSURE},
	[POSTURE_ERROR] = {"!", "!", TERM_UNSURE},
};

const char *term_state_symbol(const struct term *term, enum posture_state state)
{
	return term->utf8 ? looks[state].utf8 : looks[state].ascii;
}

enum term_style term_state_style(enum posture_state state)
{
	return looks[state].style;
}
