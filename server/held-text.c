/* SPDX-License-Identifier: Apache-2.0 */
#include "held-text.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VERSION "1"
#define HOUR_S INT64_C(3600)
#define HOURS_MAX (INT64_MAX / HOUR_S / 4) /* two of them are added */
#define DIGITS_MAX 18
#define DECIMAL 10
#define LINE_MAX_LEN (POSTURE_ID_MAX + HELD_REASON_MAX + 4 * 22)

static const char letters[POSTURE_STATE_COUNT] = {
	[POSTURE_UNKNOWN] = 'u',
	[POSTURE_PASS] = 'p',
	[POSTURE_FAIL] = 'f',
	[POSTURE_NA] = 'n',
	[POSTURE_EXEMPT] = 'x',
	[POSTURE_ERROR] = 'e',
};

/* The word before end or the next blank, terminated in place; NULL when there is none */
static char *next_word(char **at, char *end)
{
	char *word = *at, *blank;

	if (word >= end) {
		return NULL;
	}
	blank = memchr(word, ' ', (size_t)(end - word));
	if (blank) {
		*blank = 0;
		*at = blank + 1;
	} else {
		*at = end;
	}
	return word;
}

static bool read_number(const char *word, int64_t *ret_n)
{
	bool minus = word && word[0] == '-';
	size_t i = minus, first = i;
	int64_t n = 0;

	if (!word) {
		return false;
	}
	for (; word[i] >= '0' && word[i] <= '9' && i - first < DIGITS_MAX; i++) {
		n = n * DECIMAL + (word[i] - '0');
	}
	if (i == first || word[i] != 0) {
		return false;
	}
	*ret_n = minus ? -n : n;
	return true;
}

static bool read_hours(const char *word, int64_t *ret_hours)
{
	int64_t n = 0;

	if (!read_number(word, &n) || n > HOURS_MAX || n < -HOURS_MAX) {
		return false;
	}
	*ret_hours = n;
	return true;
}

static bool read_state(const char *word, struct held_control *control)
{
	const char *letter = word && word[0] ? memchr(letters, word[0], sizeof(letters)) : NULL;

	if (!letter || strlen(word) > HELD_REASON_MAX) {
		return false;
	}
	control->state = (enum posture_state)(letter - letters);
	control->reason = word + 1;
	return true;
}

/* One line without its line feed, terminated where it ends */
static bool read_line(char *line, char *end, struct held_control *control)
{
	int64_t since = 0, answered = 0;

	if (line == end || end[-1] == ' ') {
		return false;
	}
	control->id = next_word(&line, end);
	if (!control->id || !posture_id_valid(span_z(control->id)) ||
		!read_state(next_word(&line, end), control) ||
		!read_hours(next_word(&line, end), &since) ||
		!read_hours(next_word(&line, end), &answered) ||
		!read_number(next_word(&line, end), &control->sequence) || line != end) {
		return false;
	}
	control->since_s = since * HOUR_S;
	control->answered_s = (since + answered) * HOUR_S;
	return true;
}

static size_t count_lines(struct span text)
{
	const char *p = text.p, *end = text.p + text.len;
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		n++;
		p++;
	}
	return n;
}

/* words: a copy of kept, to be cut up; both are terminated */
static int read_lines(const char *kept, char *words, size_t len, struct held *held)
{
	char *end = words + len;

	for (char *line = words + strlen(VERSION); line < end;) {
		struct held_control *control = &held->controls[held->n];
		char *stop = memchr(line + 1, '\n', (size_t)(end - line - 1));

		stop = stop ? stop : end;
		*stop = 0;
		control->line = (struct span){kept + (line - words), (size_t)(stop - line)};
		if (!read_line(line + 1, stop, control) ||
			(held->n > 0 && strcmp(control[-1].id, control->id) >= 0)) {
			return -EBADMSG;
		}
		held->n++;
		line = stop;
	}
	return 0;
}

int held_parse(struct span text, struct held *ret_held)
{
	cleanup(held_finish) struct held held = {0};
	size_t head = strlen(VERSION), n;
	int r;

	if (text.len < head || memcmp(text.p, VERSION, head) != 0 ||
		(text.len > head && text.p[head] != '\n') || memchr(text.p, 0, text.len)) {
		return -EBADMSG;
	}
	n = count_lines(text);
	if (n > HELD_MAX) {
		return -EBADMSG;
	}
	held.controls = calloc(n + 1, sizeof(*held.controls));
	held.text = malloc(2 * (text.len + 1));
	if (!held.controls || !held.text) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < 2; i++) {
		memcpy(held.text + i * (text.len + 1), text.p, text.len);
		held.text[i * (text.len + 1) + text.len] = 0;
	}
	r = read_lines(held.text, held.text + text.len + 1, text.len, &held);
	if (r == 0) {
		*ret_held = held;
		held = (struct held){0};
	}
	return r;
}

void held_finish(struct held *held)
{
	free(held->controls);
	free(held->text);
	*held = (struct held){0};
}

static int compare(const void *id, const void *control)
{
	return strcmp(id, ((const struct held_control *)control)->id);
}

const struct held_control *held_find(const struct held *held, const char *id)
{
	return held->n == 0
		       ? NULL
		       : bsearch(id, held->controls, held->n, sizeof(struct held_control), compare);
}

int held_begin(struct str *out)
{
	return str_append_z(out, VERSION);
}

int held_write(struct str *out, const struct held_control *control)
{
	int64_t since = control->since_s / HOUR_S, answered = control->answered_s / HOUR_S;
	char line[LINE_MAX_LEN];
	int len = snprintf(line, sizeof(line), "\n%s %c%s %" PRId64 " %" PRId64 " %" PRId64,
		control->id, letters[control->state], control->reason, since, answered - since,
		control->sequence);

	return len < 0 || len >= (int)sizeof(line) ? -EMSGSIZE : str_append(out, line, (size_t)len);
}
