/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule-day.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What systemd takes for a year, and what it makes of two digits */
#define YEAR_FIRST 1970
#define YEAR_LAST 2199
#define CENTURY 2000

static const struct {
	const char *word;
	const char *date;
} words[] = {
	{"annually", "*-01-01"},
	{"anually", "*-01-01"},
	{"bi-annually", "*-01,07-01"},
	{"biannually", "*-01,07-01"},
	{"daily", "*-*-*"},
	{"hourly", "*-*-*"},
	{"minutely", "*-*-*"},
	{"monthly", "*-*-01"},
	{"quarterly", "*-01,04,07,10-01"},
	{"semi-annually", "*-01,07-01"},
	{"semiannually", "*-01,07-01"},
	{"weekly", "Mon *-*-*"},
	{"yearly", "*-01-01"},
};

static const char *const weekdays[] = {
	"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

/* Howard Hinnant's days algorithm, "chrono-Compatible Low-Level Date Algorithms" */
struct schedule_date schedule_date_of(int64_t days)
{
	static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	struct schedule_date date = {
		.day = (unsigned)(doy - (153 * mp + 2) / 5 + 1),
		.month = (unsigned)(mp < 10 ? mp + 3 : mp - 9),
		.weekday = (unsigned)(((days % 7) + 11) % 7),
	};
	bool leap;

	date.year = (int)(yoe + era * 400 + (date.month <= 2));
	leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
	date.month_len = lengths[date.month - 1] + (date.month == 2 && leap ? 1U : 0U);
	return date;
}

static bool weekday_of(struct span word, unsigned *ret_weekday)
{
	for (unsigned i = 0; i < ARRAY_LEN(weekdays); i++) {
		if ((word.len == 3 || word.len == strlen(weekdays[i])) &&
			strncasecmp(word.p, weekdays[i], word.len) == 0) {
			*ret_weekday = i;
			return true;
		}
	}
	return false;
}

/* "Mon", "Mon..Fri", "Mon-Fri"; the week starts on Monday and a range ends in it */
static int weekday_part(struct span part, uint32_t *bits)
{
	const char *dots, *at;
	size_t skip, len;
	unsigned first, last;

	if (!part.p || part.len == 0) {
		return SCHEDULE_E_FORMAT;
	}
	dots = memmem(part.p, part.len, "..", 2);
	at = dots ? dots : memchr(part.p, '-', part.len);
	skip = dots ? 2 : 1;
	len = at ? (size_t)(at - part.p) : part.len;
	if (!weekday_of((struct span){part.p, len}, &first)) {
		return SCHEDULE_E_FORMAT;
	}
	last = first;
	if (at && !weekday_of((struct span){at + skip, part.len - len - skip}, &last)) {
		return SCHEDULE_E_FORMAT;
	}
	first = (first + 6) % 7;
	last = (last + 6) % 7;
	for (unsigned i = first; i <= last; i++) {
		*bits |= 1U << (i + 1) % 7;
	}
	return last < first ? SCHEDULE_E_FORMAT : 0;
}

static int weekdays_parse(struct span word, uint32_t *ret_bits)
{
	struct span part;
	uint32_t bits = 0;

	while (span_next(&word, ',', &part)) {
		int r = part.len == 0 ? 0 : weekday_part(part, &bits);

		if (r != 0) {
			return r;
		}
	}
	*ret_bits = bits;
	return bits ? 0 : SCHEDULE_E_FORMAT;
}

struct bounds {
	uint32_t least, most;
	bool from_end;
};

static int number_parse(struct span text, uint32_t *ret_value)
{
	uint64_t n;

	if (span_u64(text, &n) != 0 || n > YEAR_LAST) {
		return SCHEDULE_E_FORMAT;
	}
	*ret_value = (uint32_t)n;
	return 0;
}

/* systemd refuses a step that leads nowhere. */
static bool step_leads(const struct calendar_range *range, struct bounds bounds)
{
	if (range->last != CALENDAR_OPEN) {
		return range->first + range->step <= range->last;
	}
	return bounds.from_end ? range->first >= bounds.least + range->step
			       : range->first + range->step <= bounds.most;
}

/* "3", "1..7", either with "/2" */
static int range_parse(struct span part, struct bounds bounds, struct calendar_range *ret_range)
{
	struct calendar_range range = {0, 0, 1};
	bool stepped;
	struct span body;
	const char *dots;

	if (!span_next(&part, '/', &body)) {
		return SCHEDULE_E_FORMAT;
	}
	stepped = part.p != NULL;
	if (stepped && (number_parse(part, &range.step) != 0 || range.step == 0)) {
		return SCHEDULE_E_FORMAT;
	}
	dots = memmem(body.p, body.len, "..", 2);
	if (dots) {
		struct span last = {dots + 2, body.len - (size_t)(dots - body.p) - 2};

		body.len = (size_t)(dots - body.p);
		if (number_parse(last, &range.last) != 0) {
			return SCHEDULE_E_FORMAT;
		}
	}
	if (number_parse(body, &range.first) != 0) {
		return SCHEDULE_E_FORMAT;
	}
	if (bounds.most == YEAR_LAST) {
		range.first += range.first < 100 ? CENTURY : 0;
		range.last += dots && range.last < 100 ? CENTURY : 0;
	}
	if (!dots) {
		range.last = stepped ? CALENDAR_OPEN : range.first;
	}
	if (range.first < bounds.least || range.first > bounds.most || range.last < range.first ||
		(range.last > bounds.most && range.last != CALENDAR_OPEN) ||
		(stepped && !step_leads(&range, bounds))) {
		return SCHEDULE_E_FORMAT;
	}
	*ret_range = range;
	return 0;
}

static int ranges_parse(struct span text, struct bounds bounds, struct calendar_ranges *ranges)
{
	struct span part;

	ranges->len = 0;
	if (span_eq(text, "*")) {
		return 0;
	}
	while (span_next(&text, ',', &part)) {
		int r;

		if (ranges->len == CALENDAR_RANGES_MAX) {
			return SCHEDULE_E_FORMAT;
		}
		r = range_parse(part, bounds, &ranges->items[ranges->len]);
		if (r != 0) {
			return r;
		}
		ranges->len++;
	}
	return ranges->len == 0 ? SCHEDULE_E_FORMAT : 0;
}

/* [YEAR-]MONTH-DAY, or MONTH~DAY from the month's end */
static int date_parse(struct span text, struct calendar *calendar)
{
	static const struct bounds years = {YEAR_FIRST, YEAR_LAST, false}, months = {1, 12, false},
				   days = {1, 31, false}, last_days = {1, 28, true};
	const char *tilde = memchr(text.p, '~', text.len);
	struct span day = {NULL, 0}, first, month;
	int r;

	calendar->from_end = tilde != NULL;
	if (tilde) {
		day = (struct span){tilde + 1, text.len - (size_t)(tilde + 1 - text.p)};
		text.len = (size_t)(tilde - text.p);
	} else {
		const char *dash = memrchr(text.p, '-', text.len);

		if (!dash) {
			return SCHEDULE_E_FORMAT;
		}
		day = (struct span){dash + 1, text.len - (size_t)(dash + 1 - text.p)};
		text.len = (size_t)(dash - text.p);
	}
	if (!span_next(&text, '-', &first)) {
		return SCHEDULE_E_FORMAT;
	}
	month = text.p ? text : first;
	r = text.p ? ranges_parse(first, years, &calendar->years) : 0;
	if (r == 0) {
		r = ranges_parse(month, months, &calendar->months);
	}
	return r == 0 ? ranges_parse(day, tilde ? last_days : days, &calendar->days) : r;
}

static bool word_is_time(struct span word)
{
	bool colon = false;

	for (size_t i = 0; i < word.len; i++) {
		colon = colon || word.p[i] == ':';
		if (!strchr("0123456789*,./:", word.p[i]) || word.p[i] == '\0') {
			return false;
		}
	}
	return colon;
}

static bool word_is_date(struct span word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (!strchr("0123456789*,./-~", word.p[i]) || word.p[i] == '\0') {
			return false;
		}
	}
	return word.len > 0;
}

static int words_take(struct span text, struct calendar *calendar)
{
	enum { STEP_WEEKDAY, STEP_DATE, STEP_TIME, STEP_ZONE } step = STEP_WEEKDAY;
	struct span word;
	int r = 0;

	while (r == 0 && span_next(&text, ' ', &word)) {
		if (word.len == 0) {
			continue;
		}
		if (step < STEP_TIME && word_is_time(word)) {
			step = STEP_TIME;
		} else if (step < STEP_DATE && word_is_date(word)) {
			step = STEP_DATE;
			r = date_parse(word, calendar);
		} else if (step == STEP_WEEKDAY && calendar->weekdays == 0) {
			r = weekdays_parse(word, &calendar->weekdays);
		} else if (step == STEP_ZONE || !isalpha((unsigned char)word.p[0])) {
			r = SCHEDULE_E_FORMAT;
		} else {
			step = STEP_ZONE; /* a time zone moves it by less than a day */
		}
	}
	return r;
}

int calendar_parse(struct span text, struct calendar *ret_calendar)
{
	struct calendar calendar = {.weekdays = 0};
	struct span probe = span_trim(text), first;
	int r;

	if (probe.len == 0 || !span_next(&probe, ' ', &first)) {
		return SCHEDULE_E_FORMAT;
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (first.len == strlen(words[i].word) &&
			strncasecmp(first.p, words[i].word, first.len) == 0) {
			text = span_z(words[i].date);
		}
	}
	r = words_take(span_trim(text), &calendar);
	if (r == 0) {
		*ret_calendar = calendar;
	}
	return r;
}

static bool range_has(int64_t first, int64_t last, uint32_t step, int64_t value)
{
	return value >= first && value <= last && (value - first) % step == 0;
}

static bool ranges_have(const struct calendar_ranges *ranges, uint32_t value)
{
	for (size_t i = 0; i < ranges->len; i++) {
		const struct calendar_range *range = &ranges->items[i];

		if (range_has(range->first, range->last, range->step, value)) {
			return true;
		}
	}
	return ranges->len == 0;
}

/* Counted from the end of the month, 1 is its last day, and 1..3 its last three in their order. */
static bool days_from_end_have(
	const struct calendar_ranges *ranges, const struct schedule_date *date)
{
	int64_t end = (int64_t)date->month_len + 1;

	for (size_t i = 0; i < ranges->len; i++) {
		const struct calendar_range *range = &ranges->items[i];
		bool open = range->last == CALENDAR_OPEN;
		int64_t first = end - (open ? range->first : range->last);
		int64_t last = open ? end : end - range->first;

		if (range_has(first, last, range->step, date->day)) {
			return true;
		}
	}
	return ranges->len == 0;
}

bool calendar_falls_on(const struct calendar *calendar, const struct schedule_date *date)
{
	if (calendar->weekdays != 0 && !(calendar->weekdays >> date->weekday & 1)) {
		return false;
	}
	return ranges_have(&calendar->years, (uint32_t)date->year) &&
	       ranges_have(&calendar->months, date->month) &&
	       (calendar->from_end ? days_from_end_have(&calendar->days, date)
				   : ranges_have(&calendar->days, date->day));
}
