/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On which days something is planned: lines of a crontab (crontab(5)) and calendar events of
 * systemd (systemd.time(7)). Hours are parsed and do not count.
 */
#pragma once

#include "base.h"
#include "str.h"

struct schedule_date {
	int year;
	unsigned month, day; /* from 1 */
	unsigned weekday;    /* 0: Sunday */
	unsigned month_len;
};
/* days: since 1970-01-01 */
struct schedule_date schedule_date_of(int64_t days);

enum schedule_outcome {
	SCHEDULE_E_NONE = 1, /* cron: a comment, a setting, an empty line */
	SCHEDULE_E_FORMAT,   /* not understood */
};

struct cron_line {
	uint32_t days, months; /* bit n for n */
	uint32_t weekdays;     /* bit 0: Sunday */
	bool any_day, any_weekday;
	bool at_boot; /* @reboot: on no day that is known */
	struct span command;
};
/* Pure. with_user: a line of /etc/crontab names whose it is */
must_check int cron_parse(struct span line, bool with_user, struct cron_line *ret_line);
bool cron_falls_on(const struct cron_line *line, const struct schedule_date *date);

#define CALENDAR_RANGES_MAX 32

#define CALENDAR_OPEN UINT32_MAX
struct calendar_range {
	uint32_t first, last; /* last: CALENDAR_OPEN for all that follow */
	uint32_t step;
};
struct calendar_ranges {
	struct calendar_range items[CALENDAR_RANGES_MAX];
	size_t len; /* 0: any */
};
struct calendar {
	uint32_t weekdays; /* bit 0: Sunday; 0: any */
	struct calendar_ranges years, months, days;
	bool from_end; /* days count from the end of the month */
};
/* Pure */
must_check int calendar_parse(struct span text, struct calendar *ret_calendar);
bool calendar_falls_on(const struct calendar *calendar, const struct schedule_date *date);
