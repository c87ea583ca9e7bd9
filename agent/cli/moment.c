/* SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

#include "clock.h"
#include "str.h"

#include <string.h>
#include <time.h>

#define AMOUNT_MAX 100000

static int64_t unit_seconds(char unit)
{
	static const struct {
		char unit;
		int64_t seconds;
	} rows[] = {{'d', CLOCK_DAY_S}, {'h', 3600}, {'m', 60}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].unit == unit) {
			return rows[i].seconds;
		}
	}
	return 0;
}

static int parse_after(const char *text, size_t len, int64_t now_s, int64_t *ret_wall_s)
{
	int64_t unit = len > 1 ? unit_seconds(text[len - 1]) : 0;
	uint64_t amount;

	if (unit == 0 || span_u64((struct span){text, len - 1}, &amount) < 0 || amount == 0 ||
		amount > AMOUNT_MAX) {
		return -EINVAL;
	}
	*ret_wall_s = now_s + (int64_t)amount * unit;
	return 0;
}

static int parse_local(const char *text, bool end_of_day, int64_t *ret_wall_s)
{
	struct tm local = {.tm_isdst = -1};
	const char *rest = strptime(text, "%Y-%m-%d", &local);
	int day = local.tm_mday, month = local.tm_mon;
	time_t seconds;

	if (rest == NULL || strlen(text) < 10 || rest != text + 10) {
		return -EINVAL;
	}
	if (*rest == '\0') {
		local.tm_mday += end_of_day;
	} else {
		rest = strptime(rest, " %H:%M", &local);
		if (rest == NULL || *rest != '\0') {
			return -EINVAL;
		}
		end_of_day = false;
	}
	seconds = mktime(&local);
	/* the 31st of February is another day */
	if (seconds < 0 || (!end_of_day && (local.tm_mday != day || local.tm_mon != month))) {
		return -EINVAL;
	}
	*ret_wall_s = (int64_t)seconds;
	return 0;
}

int moment_parse(const char *text, int64_t now_s, bool end_of_day, int64_t *ret_wall_s)
{
	size_t len = strlen(text);

	if (parse_after(text, len, now_s, ret_wall_s) == 0) {
		return 0;
	}
	if (len > 10 && clock_parse(text, len, ret_wall_s) == 0) {
		return 0;
	}
	/* also of the day's own begin, so that the 31st of February is none here either */
	if (len == 10 && clock_parse(text, len, &(int64_t){0}) < 0) {
		return -EINVAL;
	}
	return parse_local(text, end_of_day, ret_wall_s);
}
