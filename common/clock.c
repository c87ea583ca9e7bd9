/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define YEAR_FIRST 1970
#define YEAR_LAST 9999
#define WALL_LAST ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

struct civil {
	unsigned year, month, day, hour, minute, second;
};

struct clock_now clock_read(void)
{
	struct timespec wall = {0}, boot = {0};

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (struct clock_now){
		.wall_s = wall.tv_sec,
		.boot_ms = (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000,
	};
}

static bool leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && leap(year));
}

/* Days from 1970-01-01 to the first of January of this year */
static int64_t year_start(unsigned year)
{
	int64_t past = (int64_t)year - 1;

	return (int64_t)365 * (year - YEAR_FIRST) + (past / 4 - past / 100 + past / 400) -
	       (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static int civil_to_wall(const struct civil *c, int64_t *ret_wall_s)
{
	int64_t days;

	if (c->year < YEAR_FIRST || c->year > YEAR_LAST || c->month < 1 || c->month > 12 ||
		c->day < 1 || c->day > month_days(c->year, c->month) || c->hour > 23 ||
		c->minute > 59 || c->second > 59) {
		return -EINVAL;
	}
	days = year_start(c->year) + c->day - 1;
	for (unsigned m = 1; m < c->month; m++) {
		days += month_days(c->year, m);
	}
	*ret_wall_s = days * CLOCK_DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
	return 0;
}

/* Exactly these digits, then moves on */
static bool take_number(struct span *s, size_t digits, unsigned *ret_n)
{
	uint64_t n;

	if (s->len < digits || span_u64((struct span){s->p, digits}, &n) < 0) {
		return false;
	}
	s->p += digits;
	s->len -= digits;
	*ret_n = (unsigned)n;
	return true;
}

static bool take_char(struct span *s, char c)
{
	if (s->len == 0 || s->p[0] != c) {
		return false;
	}
	s->p++;
	s->len--;
	return true;
}

static bool take_time(struct span *s, struct civil *c)
{
	return take_number(s, 2, &c->hour) && take_char(s, ':') && take_number(s, 2, &c->minute) &&
	       take_char(s, ':') && take_number(s, 2, &c->second);
}

int clock_parse(const char *text, size_t len, int64_t *ret_wall_s)
{
	struct span s = {text, len};
	struct civil c = {0};

	if (!take_number(&s, 4, &c.year) || !take_char(&s, '-') || !take_number(&s, 2, &c.month) ||
		!take_char(&s, '-') || !take_number(&s, 2, &c.day)) {
		return -EINVAL;
	}
	if (s.len > 0 && (!take_char(&s, 'T') || !take_time(&s, &c) || !take_char(&s, 'Z'))) {
		return -EINVAL;
	}
	return s.len > 0 ? -EINVAL : civil_to_wall(&c, ret_wall_s);
}

void clock_format(int64_t wall_s, char buf[CLOCK_TEXT_LEN])
{
	int64_t wall = wall_s < 0 ? 0 : wall_s > WALL_LAST ? WALL_LAST : wall_s;
	int64_t days = wall / CLOCK_DAY_S;
	unsigned rest = (unsigned)(wall % CLOCK_DAY_S);
	unsigned year = YEAR_FIRST + (unsigned)(days / 366), month = 1;

	while (year_start(year + 1) <= days) {
		year++;
	}
	days -= year_start(year);
	while (days >= month_days(year, month)) {
		days -= month_days(year, month++);
	}
	snprintf(buf, CLOCK_TEXT_LEN, "%04u-%02u-%02uT%02u:%02u:%02uZ", year % 10000, month % 100,
		(unsigned)(days + 1) % 100, rest / 3600, rest / 60 % 60, rest % 60);
}

/* Index of the three letters at the start of s in a list of such, -1 when it is none of them */
static int take_word(struct span *s, const char *words)
{
	for (int i = 0; s->len >= 3 && words[i * 3] != '\0'; i++) {
		if (memcmp(s->p, words + (ptrdiff_t)i * 3, 3) == 0) {
			s->p += 3;
			s->len -= 3;
			return i;
		}
	}
	return -1;
}

/* Seconds east of Greenwich; RFC 5322 section 3.3 and the obsolete names that mean UTC */
static int parse_zone(struct span s, int64_t *ret_east_s)
{
	unsigned hours, minutes;
	bool west = take_char(&s, '-');

	if (!west && !take_char(&s, '+')) {
		if (!span_eq(s, "UTC") && !span_eq(s, "GMT") && !span_eq(s, "UT")) {
			return -EINVAL;
		}
		*ret_east_s = 0;
		return 0;
	}
	if (s.len != 4 || !take_number(&s, 2, &hours) || !take_number(&s, 2, &minutes) ||
		hours > 23 || minutes > 59) {
		return -EINVAL;
	}
	*ret_east_s = (int64_t)(hours * 3600 + minutes * 60) * (west ? -1 : 1);
	return 0;
}

int clock_parse_rfc5322(const char *text, size_t len, int64_t *ret_wall_s)
{
	struct span s = span_trim((struct span){text, len});
	struct civil c = {0};
	int64_t wall, east;
	int month;

	if (take_word(&s, "MonTueWedThuFriSatSun") < 0 || !take_char(&s, ',') ||
		!take_char(&s, ' ')) {
		return -EINVAL;
	}
	if (!take_number(&s, 2, &c.day) && !take_number(&s, 1, &c.day)) {
		return -EINVAL;
	}
	if (!take_char(&s, ' ')) {
		return -EINVAL;
	}
	month = take_word(&s, "JanFebMarAprMayJunJulAugSepOctNovDec");
	if (month < 0 || !take_char(&s, ' ') || !take_number(&s, 4, &c.year) ||
		!take_char(&s, ' ') || !take_time(&s, &c) || !take_char(&s, ' ')) {
		return -EINVAL;
	}
	c.month = (unsigned)month + 1;
	if (civil_to_wall(&c, &wall) < 0 || parse_zone(s, &east) < 0) {
		return -EINVAL;
	}
	wall -= east;
	if (wall < 0 || wall > WALL_LAST) {
		return -EINVAL;
	}
	*ret_wall_s = wall;
	return 0;
}
