/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "schedule-day.h"

/* Whatever is taken, a question about a day ends. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct schedule_date date = schedule_date_of((int64_t)len * 997);
	struct calendar calendar;
	struct cron_line line;

	FUZZ_REQUIRE(date.month >= 1 && date.month <= 12 && date.day >= 1 &&
		     date.day <= date.month_len && date.weekday < 7);
	if (calendar_parse(text, &calendar) == 0) {
		FUZZ_TRY(calendar_falls_on(&calendar, &date));
	}
	if (cron_parse(text, true, &line) == 0) {
		FUZZ_REQUIRE(line.command.len > 0 && line.command.len < len);
		FUZZ_TRY(cron_falls_on(&line, &date));
	}
	FUZZ_TRY(cron_parse(text, false, &line));
	return 0;
}
