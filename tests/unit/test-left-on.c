/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After class, by two clocks: how long something is on by the boot clock, whatever somebody does to
 * the wall clock; and lesson hours by local time over both changes of a summer time, which are the
 * last Sundays of March and October at 01:00 UTC (Directive 2000/84/EC). The test's own TZ says so.
 */
#include "left-on.h"

#include "some-policy.h"

#define ID "av.camera-idle"
#define MINUTE_MS ((int64_t)60000)
#define HOUR_S ((int64_t)3600)
#define NOON ((int64_t)1794312000)    /* Tue 2026-11-10 12:00 UTC */
#define MARCH ((int64_t)1774828800)   /* Mon 2026-03-30 00:00 UTC, in summer time */
#define OCTOBER ((int64_t)1792972800) /* Mon 2026-10-26 00:00 UTC, no longer in it */
#define DAY_S (24 * HOUR_S)
#define CONTROL "\"controls\":{\"" ID "\":{\"on\":true,\"severity\":\"high\",\"minutes\":5"
#define LESSONS                                                                           \
	CONTROL ",\"lesson_hours\":[{\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"]," \
		"\"from\":\"08:00\",\"to\":\"16:00\"}]}}"

/* One camera that has been on for so long, in a meeting or not */
static enum posture_state judge(const struct policy *policy, bool meeting, int64_t on_ms,
	int64_t wall_s, struct verdict *verdict)
{
	struct media_view view = {.len = 1};
	struct check_ctx ctx = {.policy = policy,
		.media = &view,
		.now = {.wall_s = wall_s, .boot_ms = 100 * MINUTE_MS}};

	view.rows[0] = (struct media_row){.device = MEDIA_CAMERA,
		.state = meeting ? MEDIA_STATE_MEETING : MEDIA_STATE_OTHER,
		.open_ms = ctx.now.boot_ms - on_ms,
		.left_ms = meeting ? 0 : ctx.now.boot_ms - on_ms};
	*verdict = (struct verdict){.state = POSTURE_UNKNOWN};
	assert_int_equal(left_on_judge(&ctx, ID, MEDIA_CAMERA, POSTURE_NO_CAMERA, verdict), 0);
	return verdict->state;
}

static void test_minutes_are_of_the_boot_clock(void **unused)
{
	cleanup(policy_free_p) struct policy *policy = some_policy(CONTROL "}}");
	struct verdict verdict;

	(void)unused;
	assert_int_equal(judge(policy, false, 4 * MINUTE_MS, NOON, &verdict), POSTURE_PASS);
	/* the minute that is left, and a second so that it is over */
	assert_int_equal(verdict.due_s, NOON + 61);
	/* somebody sets the clock, either way */
	assert_int_equal(judge(policy, false, 4 * MINUTE_MS, NOON + DAY_S, &verdict), POSTURE_PASS);
	assert_int_equal(verdict.due_s, NOON + DAY_S + 61);
	assert_int_equal(judge(policy, false, 6 * MINUTE_MS, NOON - DAY_S, &verdict), POSTURE_FAIL);
	assert_int_equal(judge(policy, true, 600 * MINUTE_MS, NOON, &verdict), POSTURE_PASS);
}

static bool is_lesson_at(const struct policy *policy, int64_t wall_s)
{
	struct verdict verdict;

	/* outside of lessons a call excuses nothing */
	return judge(policy, true, 30 * MINUTE_MS, wall_s, &verdict) == POSTURE_PASS;
}

/* 08:00 to 16:00 of a day that begins at midnight UTC, in a place so many hours ahead of it */
static void expect_day(const struct policy *policy, int64_t midnight, int64_t ahead)
{
	int64_t from = midnight + (8 - ahead) * HOUR_S, to = midnight + (16 - ahead) * HOUR_S;

	assert_false(is_lesson_at(policy, from - 1));
	assert_true(is_lesson_at(policy, from));
	assert_true(is_lesson_at(policy, to - 1));
	assert_false(is_lesson_at(policy, to));
}

static void test_lessons_follow_the_summer_time(void **unused)
{
	cleanup(policy_free_p) struct policy *policy = some_policy(LESSONS);

	(void)unused;
	expect_day(policy, MARCH - 3 * DAY_S, 1); /* the Friday before */
	expect_day(policy, MARCH, 2);
	expect_day(policy, OCTOBER - 3 * DAY_S, 2);
	expect_day(policy, OCTOBER, 1);
	/* the Sundays themselves have none */
	for (int64_t hour = 0; hour < 22; hour++) {
		assert_false(is_lesson_at(policy, MARCH - DAY_S + hour * HOUR_S));
		assert_false(is_lesson_at(policy, OCTOBER - DAY_S + hour * HOUR_S));
	}
}

/* The hour that there is twice, and the one that there is not, by a lesson in that very night */
static void test_lessons_in_the_night_of_the_change(void **unused)
{
	cleanup(policy_free_p) struct policy *policy =
		some_policy(CONTROL ",\"lesson_hours\":[{\"from\":\"02:00\",\"to\":\"03:00\"}]}}");
	int64_t spring = MARCH - DAY_S + HOUR_S, autumn = OCTOBER - DAY_S + HOUR_S;

	(void)unused;
	/* 01:59:59 is followed by 03:00 */
	assert_false(is_lesson_at(policy, spring - 1));
	assert_false(is_lesson_at(policy, spring));
	/* 02:00 to 03:00 comes twice */
	assert_false(is_lesson_at(policy, autumn - HOUR_S - 1));
	assert_true(is_lesson_at(policy, autumn - HOUR_S));
	assert_true(is_lesson_at(policy, autumn - 1));
	assert_true(is_lesson_at(policy, autumn));
	assert_true(is_lesson_at(policy, autumn + HOUR_S - 1));
	assert_false(is_lesson_at(policy, autumn + HOUR_S));
}

/* A call that goes on when the lessons end is looked at again by itself. */
static void test_the_end_of_lessons_is_noticed(void **unused)
{
	cleanup(policy_free_p) struct policy *policy = some_policy(LESSONS);
	int64_t end = OCTOBER + 15 * HOUR_S;
	struct verdict verdict;

	(void)unused;
	assert_int_equal(judge(policy, true, 30 * MINUTE_MS, end - 60, &verdict), POSTURE_PASS);
	assert_int_equal(verdict.due_s, end);
	assert_int_equal(
		judge(policy, true, 30 * MINUTE_MS, verdict.due_s, &verdict), POSTURE_FAIL);
	/* and whatever comes first: five minutes without a call, or the end */
	assert_int_equal(judge(policy, false, 4 * MINUTE_MS, end - 90, &verdict), POSTURE_PASS);
	assert_int_equal(verdict.due_s, end - 29);
	assert_int_equal(judge(policy, false, 4 * MINUTE_MS, end - 20, &verdict), POSTURE_PASS);
	assert_int_equal(verdict.due_s, end);
	/* far from it, so often that another zone is noticed */
	assert_int_equal(judge(policy, true, 30 * MINUTE_MS, end - 3600, &verdict), POSTURE_PASS);
	assert_in_range(verdict.due_s, end - 3600 + 60, end - 3600 + 900);
}

/* What was left on in quiet hours is judged again, and so told, when those are over. */
static void test_the_end_of_quiet_hours_is_noticed(void **unused)
{
	cleanup(policy_free_p) struct policy *policy =
		some_policy(CONTROL ",\"quiet_hours\":[{\"from\":\"20:00\",\"to\":\"22:30\"}]}}");
	int64_t end = OCTOBER + 21 * HOUR_S + HOUR_S / 2;
	struct verdict verdict;

	(void)unused;
	assert_int_equal(judge(policy, false, 90 * MINUTE_MS, end - 125, &verdict), POSTURE_FAIL);
	assert_int_equal(verdict.due_s, end);
	assert_int_equal(judge(policy, false, 90 * MINUTE_MS, end - 1, &verdict), POSTURE_FAIL);
	assert_int_equal(verdict.due_s, end);
	/* their beginning, too, on the day that has an hour more */
	assert_int_equal(judge(policy, false, 90 * MINUTE_MS, OCTOBER - 5 * HOUR_S - 60, &verdict),
		POSTURE_FAIL);
	assert_int_equal(verdict.due_s, OCTOBER - 5 * HOUR_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_minutes_are_of_the_boot_clock),
		cmocka_unit_test(test_lessons_follow_the_summer_time),
		cmocka_unit_test(test_lessons_in_the_night_of_the_change),
		cmocka_unit_test(test_the_end_of_lessons_is_noticed),
		cmocka_unit_test(test_the_end_of_quiet_hours_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
