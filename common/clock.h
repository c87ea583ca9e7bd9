/* SPDX-License-Identifier: Apache-2.0 */
/* Time as a value that is passed in: a check, a policy and a test never ask the machine. */
#pragma once

#include "base.h"

struct clock_now {
	int64_t wall_s;	 /* seconds since 1970, CLOCK_REALTIME */
	int64_t boot_ms; /* CLOCK_BOOTTIME */
};

#define CLOCK_DAY_S ((int64_t)86400)
/* A server's clock and ours differ a little; a list cannot come from further ahead than this. */
#define CLOCK_SLACK_S ((int64_t)3600)

struct clock_now clock_read(void);
/* RFC 3339 in UTC, "2026-11-22T01:02:03Z" or the date alone; -EINVAL */
must_check int clock_parse(const char *text, size_t len, int64_t *ret_wall_s);
#define CLOCK_TEXT_LEN 21
void clock_format(int64_t wall_s, char buf[CLOCK_TEXT_LEN]);
/* RFC 5322 date as archives use it, "Sat, 21 Nov 2026 08:15:00 UTC"; -EINVAL */
must_check int clock_parse_rfc5322(const char *text, size_t len, int64_t *ret_wall_s);
