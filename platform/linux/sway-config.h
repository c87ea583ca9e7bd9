/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sway(5)'s and swayidle(1)'s configuration says of locking, as far as it can be told without
 * running it: "exec swayidle" with events whose commands are plain swaylock. Whatever a shell or
 * sway would still make something else of is odd, never a lock.
 */
#pragma once

#include "base.h"
#include "str.h"

#define SWAY_FILE_MAX ((size_t)256 << 10)
#define SWAY_WORDS_MAX 64
#define SWAY_LINE_MAX 4096

struct sway_idle {
	int64_t lock_after_s; /* the shortest; 0: none */
	bool sleep_locks;     /* before-sleep, and swayidle waits for it */
	bool starts;	      /* swayidle is started */
	bool includes;	      /* sway's own "include /etc/sway/config.d" followed by a star */
	bool others;	      /* something is started or included that cannot be told of */
	bool odd;	      /* so is something that concerns swayidle */
};
/* Pure. Adds to what is known so far */
void sway_config_take(struct span text, struct sway_idle *idle);
/* Pure. A file of swayidle's events; waits: swayidle was started with -w in sway's file */
void swayidle_config_take(struct span text, bool waits, struct sway_idle *idle);
