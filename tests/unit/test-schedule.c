/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days of calendar events, held against systemd's own answer (systemd-analyze calendar); those of
 * crontabs against crontab(5)'s words.
 */
#include "schedule-day.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>

#define BASE_DAY 20750 /* 2026-10-24, a Saturday */
#define BASE_TEXT "2026-10-24"
#define DAYS_AHEAD (12 * 366)
#define RANDOM 70

/* What systemd-analyze writes; false when it does not take the event */
static bool systemd_ask(const char *spec, char *buf, size_t size)
{
	int pipe_fds[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		static char *const env[] = {"TZ=UTC", "LC_ALL=C", NULL};

		dup2(pipe_fds[1], STDOUT_FILENO);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		execle("/usr/bin/systemd-analyze", "systemd-analyze", "calendar",
			"--base-time=" BASE_TEXT, spec, NULL, env);
		_exit(127);
	}
	close(pipe_fds[1]);
	while ((n = read(pipe_fds[0], buf + len, size - 1 - len)) > 0) {
		len += (size_t)n;
	}
	buf[len] = '\0';
	close(pipe_fds[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 127);
	return WEXITSTATUS(status) == 0;
}

/* The day of the next elapse, -1 for never, -2 for what systemd does not take */
static int64_t systemd_next(const char *spec)
{
	struct tm tm = {.tm_sec = 0};
	const char *at;
	char text[2048];

	if (!systemd_ask(spec, text, sizeof(text))) {
		return -2;
	}
	at = strstr(text, "Next elapse: ");
	return at && strptime(at + 13, "%a %Y-%m-%d", &tm) ? timegm(&tm) / 86400 : -1;
}

static int64_t our_next(const char *spec)
{
	struct calendar calendar;

	if (calendar_parse(span_z(spec), &calendar) != 0) {
		return -2;
	}
	/* Its own hour is past on the day itself when it says midnight. */
	for (int64_t day = BASE_DAY; day < BASE_DAY + DAYS_AHEAD; day++) {
		struct schedule_date date = schedule_date_of(day);

		if (calendar_falls_on(&calendar, &date)) {
			return day;
		}
	}
	return -1;
}

/* Of midnight on the base day, systemd gives the next one: so each is asked at noon. */
static void same(const char *days)
{
	char spec[128];

	snprintf(spec, sizeof(spec), "%s 12:00", days);
	if (our_next(spec) != systemd_next(spec)) {
		fail_msg("%s: %ld, systemd says %ld", spec, (long)our_next(spec),
			(long)systemd_next(spec));
	}
}

static void calendar_is_as_systemd_says(void **state)
{
	static const char *const specs[] = {"*-*-*", "Mon", "mon..fri", "Mon-Fri", "Sat..Mon",
		"Sun,Wed", "Sunday", "*-*-1", "*-*-01..07", "Mon *-*-1..7", "*-2-29", "*-*~1",
		"*-*~07/1", "*-*~1..3", "*-*~3..1", "2026-11~05/2", "5-8/3", "*-1/4-15", "27-*-1",
		"2025-*-*", "*-13-1", "*-0-1", "*-*-32", "*-*-5..3", "*/2-*-1", "Mon,",
		"Fri *-*-13", "1-1", "*-*-10/5", "Thu *-11~01..07", "2026..2028/2-1-1", "*-*-1,,2",
		"Mox"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
		same(specs[i]);
	}
}

static void random_ones_too(void **state)
{
	static const char *const weekdays[] = {"", "", "Mon ", "Tue..Thu ", "Sat,Sun "};
	static const char *const months[] = {"*", "2", "1/5", "11", "6..9", "12,3"};
	unsigned seed = 7;
	char spec[96];

	(void)state;
	for (unsigned i = 0; i < RANDOM; i++) {
		unsigned draws[6];

		for (size_t k = 0; k < ARRAY_LEN(draws); k++) {
			seed = seed * 1103515245U + 12345U;
			draws[k] = seed >> 16;
		}
		snprintf(spec, sizeof(spec), "%s%s%s%c%u%s%u", weekdays[draws[0] % 5],
			draws[1] % 3 ? "" : "2027-", months[draws[2] % 6], draws[3] % 3 ? '-' : '~',
			draws[4] % 31 + 1, draws[5] % 2 ? ".." : "/",
			draws[5] % 2 ? draws[3] % 31 + 1 : draws[3] % 9 + 1);
		same(spec);
	}
}

static void words_are_as_systemd_says(void **state)
{
	static const char *const specs[] = {"daily", "weekly", "monthly", "quarterly", "yearly",
		"semiannually", "Weekly", "never", "", "12:00 *-*-*", "*-*-* 03", "03:00",
		"Mon 03:00 UTC", "*-*-1 12:00:00 Europe/Berlin", "12:00 12:00"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
		int64_t ours = our_next(specs[i]), theirs = systemd_next(specs[i]);

		/* A word means midnight, which is the base itself; theirs is the one after. */
		if ((ours == -2) != (theirs == -2)) {
			fail_msg("%s: %ld, systemd says %ld", specs[i], (long)ours, (long)theirs);
		}
	}
}

static bool falls(const char *text, int64_t day)
{
	struct schedule_date date = schedule_date_of(day);
	struct cron_line line;

	assert_int_equal(cron_parse(span_z(text), false, &line), 0);
	return cron_falls_on(&line, &date);
}

static void cron_days(void **state)
{
	(void)state;
	assert_true(falls("0 3 * * * x", BASE_DAY));
	assert_true(falls("0 3 * * 6 x", BASE_DAY));
	assert_true(falls("0 3 * * sat x", BASE_DAY));
	assert_false(falls("0 3 * * 0 x", BASE_DAY));
	assert_true(falls("0 3 * * 7 x", BASE_DAY + 1));
	assert_true(falls("0 3 24 * 1 x", BASE_DAY)); /* either of the two */
	assert_true(falls("0 3 1 * 6 x", BASE_DAY));
	assert_false(falls("0 3 */5 * 6 x", BASE_DAY)); /* both, for the star */
	assert_true(falls("0 3 */5 * 1 x", BASE_DAY + 2));
	assert_true(falls("5,10 3 20-25/2 oct * x", BASE_DAY));
	assert_false(falls("0 3 24 11 * x", BASE_DAY));
	assert_true(falls("@weekly x", BASE_DAY + 1));
	assert_false(falls("@reboot x", BASE_DAY));
	assert_true(falls("-0 3 * * * x", BASE_DAY));
}

static void cron_lines(void **state)
{
	static const char *const none[] = {"", "# 0 3 * * * x", "PATH=/bin", "MAILTO = root", "  "};
	static const char *const bad[] = {"0 3 * * x", "0 25 * * * x", "0 3 * * * ", "@often x",
		"0 3 */0 * * x", "0 3 5-1 * * x", "a b c d e f", "0 3 0 * * x", "0 3 , * * x"};
	struct cron_line line;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		assert_int_equal(cron_parse(span_z(none[i]), false, &line), SCHEDULE_E_NONE);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(cron_parse(span_z(bad[i]), false, &line), SCHEDULE_E_FORMAT);
	}
	assert_int_equal(cron_parse(span_z("0 3 * * * root clamscan -r /"), true, &line), 0);
	assert_true(span_eq(line.command, "clamscan -r /"));
	assert_int_equal(cron_parse(span_z("0 3 * * * root"), true, &line), SCHEDULE_E_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calendar_is_as_systemd_says),
		cmocka_unit_test(random_ones_too),
		cmocka_unit_test(words_are_as_systemd_says),
		cmocka_unit_test(cron_days),
		cmocka_unit_test(cron_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
