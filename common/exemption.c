/* SPDX-License-Identifier: Apache-2.0 */
#include "exemption.h"

#include "clock.h"

#include <string.h>

void exemptions_finish(struct exemptions *exemptions)
{
	vec_free(&exemptions->list);
}

/* 1 January 1970 was a Thursday; 0 is Sunday. */
static bool is_school_day(int64_t wall_s)
{
	int64_t weekday = (wall_s / CLOCK_DAY_S + 4) % 7;

	return weekday != 0 && weekday != 6;
}

int64_t exemption_notice_over(int64_t noticed_s, int64_t school_days)
{
	int64_t over_s = noticed_s;

	for (int64_t left = school_days; left > 0;) {
		over_s += CLOCK_DAY_S;
		left -= is_school_day(over_s);
	}
	return over_s;
}

static bool holds(struct json_object *array, const char *word)
{
	for (size_t i = 0; array && i < json_object_array_length(array); i++) {
		if (strcmp(json_object_get_string(json_object_array_get_idx(array, i)), word) ==
			0) {
			return true;
		}
	}
	return false;
}

bool exemption_covers(const struct exemption *exemption, const char *control)
{
	return exemption_feature_covers(exemption->feature, control) ||
	       holds(exemption->controls, control);
}

bool exemption_concerns(const struct exemption *exemption, const char *device)
{
	return exemption->given || (device && device[0] && holds(exemption->devices, device));
}

enum exemption_phase exemption_phase(
	const struct exemption *exemption, const struct exemption_clock *clock)
{
	int64_t latest = clock->highest_s > clock->wall_s ? clock->highest_s : clock->wall_s;

	if (latest >= exemption->end || clock->used_s >= exemption->end - exemption->start ||
		(clock->wall_s < clock->highest_s - EXEMPTION_SLACK_S &&
			clock->highest_s >= exemption->start)) {
		return EXEMPTION_ENDED;
	}
	return clock->wall_s < exemption->start ? EXEMPTION_WAITS : EXEMPTION_RUNS;
}
