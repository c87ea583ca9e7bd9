/* SPDX-License-Identifier: Apache-2.0 */
#include "pace.h"

#define MINUTE_S INT64_C(60)
#define MISSED_WITHIN_MINUTES 10

int64_t pace_retry_ms(unsigned attempt, uint32_t random)
{
	int64_t wait_ms = PACE_RETRY_FIRST_MS;

	while (attempt-- > 0 && wait_ms < PACE_RETRY_LAST_MS) {
		wait_ms *= 2;
	}
	if (wait_ms > PACE_RETRY_LAST_MS) {
		wait_ms = PACE_RETRY_LAST_MS;
	}
	return wait_ms * 3 / 4 + (int64_t)random % (wait_ms / 2 + 1);
}

int64_t pace_asked_ms(unsigned attempt, int64_t retry_after_s, uint32_t random)
{
	int64_t own_ms = pace_retry_ms(attempt, random), asked_ms = retry_after_s * 1000;

	asked_ms += (int64_t)random % (asked_ms / 4 + 1);
	return own_ms > asked_ms ? own_ms : asked_ms;
}

int64_t pace_next_batch(int64_t wall_s, int64_t interval_s, uint32_t random)
{
	int64_t minutes = interval_s / MINUTE_S > 0 ? interval_s / MINUTE_S : 1;
	int64_t begins_s = (wall_s / interval_s + 1) * interval_s;

	return begins_s + (int64_t)random % minutes * MINUTE_S;
}

int64_t pace_resume_batch(int64_t due_s, int64_t wall_s, int64_t interval_s, uint32_t random)
{
	if (due_s > wall_s && due_s <= wall_s + 2 * interval_s) {
		return due_s;
	}
	if (due_s > 0 && due_s <= wall_s) {
		return wall_s + (1 + (int64_t)random % MISSED_WITHIN_MINUTES) * MINUTE_S;
	}
	return pace_next_batch(wall_s, interval_s, random);
}
