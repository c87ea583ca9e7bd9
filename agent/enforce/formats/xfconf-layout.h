/* SPDX-License-Identifier: Apache-2.0 */
/* How a channel is laid out, so that what is added looks like what is there. For xfconf-edit.c
 * alone. */
#pragma once

#include "xfconf-walk.h"

/*
 * Where something more can be put into an element that holds others: before the line of its end
 * tag, or right before that tag when it begins no line.
 */
size_t xfconf_layout_end(struct span text, const struct xfconf_place *above);
/* What comes before it there: a line break and the indentation, or nothing */
must_check int xfconf_layout_before(struct span text, const struct xfconf_place *above,
	const struct xfconf_place *channel, struct str *out);
/* A line as that of the element begins: nothing when it begins none */
must_check int xfconf_layout_line(
	struct span text, const struct xfconf_place *place, struct str *out);
/* Where what goes with an element starts: at its line break when it begins a line */
size_t xfconf_layout_start(struct span text, const struct xfconf_place *place);
bool xfconf_layout_blank(struct span text);
