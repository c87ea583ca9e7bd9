/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule-day.h"

#include <string.h>
#include <strings.h>

#define FIELDS 5

static const char *const month_names[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct field {
	unsigned least, most;
	const char *const *names; /* of least and on; NULL: numbers alone */
	size_t n_names;
};

static const struct field fields[FIELDS] = {
	{0, 59, NULL, 0},
	{0, 23, NULL, 0},
	{1, 31, NULL, 0},
	{1, 12, month_names, ARRAY_LEN(month_names)},
	{0, 7, weekday_names, ARRAY_LEN(weekday_names)},
};

static const struct {
	const char *word;
	const char *fields;
} words[] = {
	{"@annually", "0 0 1 1 *"},
	{"@daily", "0 0 * * *"},
	{"@hourly", "0 * * * *"},
	{"@midnight", "0 0 * * *"},
	{"@monthly", "0 0 1 * *"},
	{"@weekly", "0 0 * * 0"},
	{"@yearly", "0 0 1 1 *"},
};

/* The next word; blanks and tabs before it are passed over. */
static struct span word_next(struct span *rest)
{
	struct span word;
	size_t len = 0;

	while (rest->len > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
		*rest = (struct span){rest->p + 1, rest->len - 1};
	}
	while (len < rest->len && rest->p[len] != ' ' && rest->p[len] != '\t') {
		len++;
	}
	word = (struct span){rest->p, len};
	*rest = (struct span){rest->p + len, rest->len - len};
	return word;
}

static int value_parse(struct span text, const struct field *field, unsigned *ret_value)
{
	uint64_t n;

	for (size_t i = 0; i < field->n_names; i++) {
		if (text.len == 3 && strncasecmp(text.p, field->names[i], 3) == 0) {
			*ret_value = field->least + (unsigned)i;
			return 0;
		}
	}
	if (span_u64(text, &n) != 0 || n < field->least || n > field->most) {
		return SCHEDULE_E_FORMAT;
	}
	*ret_value = (unsigned)n;
	return 0;
}

/* "*", "3", "1-5", cronie's "1~5", each with "/2" */
static int part_parse(struct span part, const struct field *field, uint64_t *bits)
{
	struct span range, step_text = {NULL, 0};
	unsigned first = field->least, last = field->most;
	uint64_t step = 1;

	if (!span_next(&part, '/', &range)) {
		return SCHEDULE_E_FORMAT;
	}
	if (part.p) {
		step_text = part;
		if (span_u64(step_text, &step) != 0 || step == 0) {
			return SCHEDULE_E_FORMAT;
		}
	}
	if (!span_eq(range, "*")) {
		char dash = memchr(range.p, '~', range.len) ? '~' : '-';
		struct span from;

		if (!span_next(&range, dash, &from) || value_parse(from, field, &first) != 0) {
			return SCHEDULE_E_FORMAT;
		}
		last = range.p || step_text.p ? field->most : first;
		if (range.p && value_parse(range, field, &last) != 0) {
			return SCHEDULE_E_FORMAT;
		}
	}
	for (uint64_t i = first; i <= last; i += step) {
		*bits |= (uint64_t)1 << i;
	}
	return last < first ? SCHEDULE_E_FORMAT : 0;
}

static int field_parse(struct span text, const struct field *field, uint64_t *ret_bits)
{
	struct span part;
	uint64_t bits = 0;

	if (text.len == 0) {
		return SCHEDULE_E_FORMAT;
	}
	while (span_next(&text, ',', &part)) {
		int r = part_parse(part, field, &bits);

		if (r != 0) {
			return r;
		}
	}
	*ret_bits = bits;
	return 0;
}

static int fields_parse(struct span *rest, struct cron_line *line)
{
	uint64_t bits[FIELDS];

	for (size_t i = 0; i < FIELDS; i++) {
		struct span word = word_next(rest);
		int r = field_parse(word, &fields[i], &bits[i]);

		if (r != 0) {
			return r;
		}
		/* As cron has it: what begins with "*", even with a step, lets the other decide. */
		line->any_day = line->any_day || (i == 2 && word.p[0] == '*');
		line->any_weekday = line->any_weekday || (i == 4 && word.p[0] == '*');
	}
	line->days = (uint32_t)bits[2];
	line->months = (uint32_t)bits[3];
	line->weekdays = (uint32_t)(bits[4] | bits[4] >> 7) & 0x7f;
	return 0;
}

static int when_parse(struct span *rest, struct cron_line *line)
{
	struct span probe = *rest, word = word_next(&probe);

	if (word.p[0] != '@') {
		return fields_parse(rest, line);
	}
	*rest = probe;
	if (span_eq(word, "@reboot")) {
		line->at_boot = true;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_eq(word, words[i].word)) {
			struct span meant = span_z(words[i].fields);

			return fields_parse(&meant, line);
		}
	}
	return SCHEDULE_E_FORMAT;
}

/* NAME=VALUE, as the crontab's settings are; no field of time has an "=" */
static bool line_sets(struct span text)
{
	struct span probe = text, word = word_next(&probe), next = word_next(&probe);

	return memchr(word.p, '=', word.len) || (next.len > 0 && next.p[0] == '=');
}

int cron_parse(struct span text, bool with_user, struct cron_line *ret_line)
{
	struct cron_line line = {.days = 0};
	int r;

	text = span_trim(text);
	if (text.len > 0 && text.p[text.len - 1] == '\r') {
		text.len--;
	}
	/* SUSE's "-" keeps a line out of the log. */
	if (text.len > 0 && text.p[0] == '-') {
		text = (struct span){text.p + 1, text.len - 1};
	}
	if (text.len == 0 || text.p[0] == '#' || line_sets(text)) {
		return SCHEDULE_E_NONE;
	}
	r = when_parse(&text, &line);
	if (r != 0) {
		return r;
	}
	if (with_user && word_next(&text).len == 0) {
		return SCHEDULE_E_FORMAT;
	}
	line.command = span_trim(text);
	if (line.command.len == 0) {
		return SCHEDULE_E_FORMAT;
	}
	*ret_line = line;
	return 0;
}

bool cron_falls_on(const struct cron_line *line, const struct schedule_date *date)
{
	bool day = line->days >> date->day & 1, weekday = line->weekdays >> date->weekday & 1;

	if (line->at_boot || !(line->months >> date->month & 1)) {
		return false;
	}
	return line->any_day || line->any_weekday ? day && weekday : day || weekday;
}
