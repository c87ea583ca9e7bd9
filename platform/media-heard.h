/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretaker-listen-pipewire and caretaker-listen-pulse say to the worker that started them, on
 * their standard output: one of these at first and at each change, each in one write, which pipe(7)
 * keeps whole. Kinds of programs and no more, so that there is nothing to parse: no name, no
 * number of a process, no title of a stream ever comes that way.
 */
#pragma once

#include "media-program.h"

#define MEDIA_HEARD_FORMAT 1

/* Bits 1 << kind, never of a daemon */
struct media_heard {
	uint8_t format;
	uint8_t captures; /* sound comes in for these */
	uint8_t plays;	  /* sound goes out for these */
	uint8_t films;	  /* pictures of a camera come in for these */
};

static inline bool media_heard_valid(const struct media_heard *heard)
{
	unsigned all = heard->captures | heard->plays | heard->films;

	return heard->format == MEDIA_HEARD_FORMAT && all >> MEDIA_KIND_DAEMON == 0;
}
