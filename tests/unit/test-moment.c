/* SPDX-License-Identifier: Apache-2.0 */
/* Times as a person writes them; right answers by date(1). The zone is UTC, as meson sets it. */
#include "moment.h"

#include "unit.h"

#define NOW ((int64_t)1795132800) /* date -u -d 2026-11-20 +%s */

static void test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t begin, end;
	} rows[] = {
		{"90m", NOW + 5400, NOW + 5400},
		{"2h", NOW + 7200, NOW + 7200},
		{"3d", NOW + 259200, NOW + 259200},
		/* date -u -d '2026-11-25' +%s */
		{"2026-11-25", 1795564800, 1795651200},
		{"2026-12-31", 1798675200, 1798761600},
		{"2026-11-25 10:00", 1795600800, 1795600800},
		{"2026-11-25T10:00:00Z", 1795600800, 1795600800},
		{"2028-02-29", 1835395200, 1835481600},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t begin = 0, end = 0;

		assert_int_equal(moment_parse(rows[i].text, NOW, false, &begin), 0);
		assert_int_equal(moment_parse(rows[i].text, NOW, true, &end), 0);
		assert_int_equal(begin, rows[i].begin);
		assert_int_equal(end, rows[i].end);
	}
}

static void test_what_is_no_time(void **state)
{
	static const char *const wrong[] = {"", "h", "0h", "-2h", "2", "2w", "2hh", "99999999h",
		"tomorrow", "2026-02-31", "2026-13-01", "2027-02-29", "2026-11-25 25:00",
		"2026-11-25 10:00x", "2026-11-25x", "2026-11-5", "26-11-25", " 2h",
		"2026-11-25T10:00:00", "99999999999999999999999999h"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		int64_t unused = 0;

		if (moment_parse(wrong[i], NOW, true, &unused) != -EINVAL) {
			fail_msg("taken: %s", wrong[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_what_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
