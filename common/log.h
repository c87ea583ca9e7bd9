/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line per event on stderr, "<N>program: text" (sd-daemon(3) levels) when stderr goes to the
 * journal. Libraries use log_debug alone; programs log once, at the top: "could not VERB NOUN:
 * reason". Never a name of a person, an address, a file of a user, an SSID.
 */
#pragma once

#include "base.h"

void log_open(const char *program, bool debug);
void log_error(const char *fmt, ...) printf_like(1, 2);
void log_warning(const char *fmt, ...) printf_like(1, 2);
void log_info(const char *fmt, ...) printf_like(1, 2);
void log_debug(const char *fmt, ...) printf_like(1, 2);

/* What a peer can trigger goes through one of these: at most burst lines in each window. */
struct log_limit {
	int64_t window_ms;
	unsigned burst;
	int64_t started_ms;
	unsigned used;
	unsigned dropped; /* lines held back; the caller sets it to 0 once it told */
};
bool log_limit_allows(struct log_limit *limit, int64_t boot_ms);
