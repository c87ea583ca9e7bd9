/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"
#include "unit.h"

#include <time.h>

static void rfc_3339_is_read(void **state)
{
	static const struct {
		const char *text;
		int64_t wall_s; /* -1: refused */
	} rows[] = {
		{"1970-01-01", 0},
		{"1970-01-01T00:00:01Z", 1},
		{"2026-11-22T01:02:03Z", 1795309323},
		{"2000-02-29", 951782400},
		{"9999-12-31T23:59:59Z", 253402300799},
		{"2100-02-29", -1},
		{"2025-02-29", -1},
		{"2026-13-01", -1},
		{"2026-00-01", -1},
		{"2026-01-00", -1},
		{"2026-04-31", -1},
		{"1969-12-31", -1},
		{"2026-1-1", -1},
		{"2026-11-22T24:00:00Z", -1},
		{"2026-11-22T01:60:03Z", -1},
		{"2026-11-22T01:02:60Z", -1},
		{"2026-11-22T01:02:03", -1},
		{"2026-11-22T01:02:03Zx", -1},
		{"2026-11-22 01:02:03Z", -1},
		{"2026-11-22T01:02:03+00:00", -1},
		{"", -1},
		{"+026-11-22", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t wall_s = -1;
		int r = clock_parse(rows[i].text, strlen(rows[i].text), &wall_s);

		assert_int_equal(r, rows[i].wall_s < 0 ? -EINVAL : 0);
		assert_int_equal(wall_s, rows[i].wall_s);
	}
}

/* libc's own calendar is the judge: every day of 600 years, there and back. */
static void format_agrees_with_libc(void **state)
{
	(void)state;
	for (int64_t wall_s = 0; wall_s < 600 * 366 * CLOCK_DAY_S; wall_s += CLOCK_DAY_S + 61) {
		char ours[CLOCK_TEXT_LEN], theirs[64];
		time_t t = (time_t)wall_s;
		int64_t back;
		struct tm tm;

		clock_format(wall_s, ours);
		gmtime_r(&t, &tm);
		strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_string_equal(ours, theirs);
		assert_int_equal(clock_parse(ours, strlen(ours), &back), 0);
		assert_int_equal(back, wall_s);
	}
}

static void format_holds_at_the_ends(void **state)
{
	char buf[CLOCK_TEXT_LEN];

	(void)state;
	clock_format(INT64_MIN, buf);
	assert_string_equal(buf, "1970-01-01T00:00:00Z");
	clock_format(INT64_MAX, buf);
	assert_string_equal(buf, "9999-12-31T23:59:59Z");
}

static void rfc_5322_is_read(void **state)
{
	static const struct {
		const char *text;
		int64_t wall_s; /* -1: refused */
	} rows[] = {
		{"Sat, 21 Nov 2026 08:15:00 UTC", 1795248900},
		{"Sat, 21 Nov 2026 08:15:00 GMT", 1795248900},
		{" Sat, 21 Nov 2026 09:15:00 +0100 ", 1795248900},
		{"Sat, 21 Nov 2026 03:15:00 -0500", 1795248900},
		{"Tue, 1 Sep 2026 00:00:00 UTC", 1788220800},
		{"Tue, 01 Sep 2026 00:00:00 UTC", 1788220800},
		{"21 Nov 2026 08:15:00 UTC", -1},
		{"Sat 21 Nov 2026 08:15:00 UTC", -1},
		{"Sat, 31 Nov 2026 08:15:00 UTC", -1},
		{"Sat, 21 nov 2026 08:15:00 UTC", -1},
		{"Sat, 21 Nov 26 08:15:00 UTC", -1},
		{"Sat, 21 Nov 2026 08:15:00", -1},
		{"Sat, 21 Nov 2026 08:15:00 CET", -1},
		{"Sat, 21 Nov 2026 08:15:00 +01", -1},
		{"Sat, 21 Nov 2026 08:15:00 +2400", -1},
		{"Sat, 21 Nov 2026 08:15:00 UTC x", -1},
		{"Thu, 01 Jan 1970 00:00:00 +0100", -1},
		{"Fri, 31 Dec 9999 23:59:59 -0100", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t wall_s = -1;
		int r = clock_parse_rfc5322(rows[i].text, strlen(rows[i].text), &wall_s);

		assert_int_equal(r, rows[i].wall_s < 0 ? -EINVAL : 0);
		assert_int_equal(wall_s, rows[i].wall_s);
	}
}

static void boot_clock_goes_forward(void **state)
{
	struct clock_now a = clock_read(), b = clock_read();

	(void)state;
	assert_true(b.boot_ms >= a.boot_ms);
	assert_true(a.boot_ms > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_3339_is_read),
		cmocka_unit_test(format_agrees_with_libc),
		cmocka_unit_test(format_holds_at_the_ends),
		cmocka_unit_test(rfc_5322_is_read),
		cmocka_unit_test(boot_clock_goes_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
