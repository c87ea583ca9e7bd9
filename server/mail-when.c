/* SPDX-License-Identifier: Apache-2.0 */
/* When a reminder is sent, by times and keys alone: pure. */
#include "mail.h"

#include <string.h>

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

bool mail_is_time(const struct mail_times *times, int64_t now_s, bool news)
{
	/* Further ahead than any wait is what a clock left that ran ahead. */
	if (times->next_s > now_s && times->next_s - now_s <= MAIL_WAIT_MOST_S) {
		return false;
	}
	if (times->sent_s == 0) {
		return true;
	}
	if (distance(times->sent_s, now_s) < MAIL_GAP_S) {
		return false;
	}
	return news || times->sent_s > now_s || now_s - times->sent_s >= MAIL_AGAIN_S;
}

static bool has_line(struct span text, struct span wanted)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		if (line.len == wanted.len && line.len > 0 &&
			memcmp(line.p, wanted.p, line.len) == 0) {
			return true;
		}
	}
	return false;
}

bool mail_has_news(struct span told, struct span due)
{
	struct span line;

	while (span_next(&due, '\n', &line)) {
		if (line.len > 0 && !has_line(told, line)) {
			return true;
		}
	}
	return false;
}

int mail_still_due(struct span told, struct span due, struct str *out)
{
	struct span line;
	int r = 0;

	while (r == 0 && span_next(&told, '\n', &line)) {
		if (has_line(due, line)) {
			r = str_append(out, line.p, line.len);
			r = r != 0 ? r : str_append_char(out, '\n');
		}
	}
	return r;
}
