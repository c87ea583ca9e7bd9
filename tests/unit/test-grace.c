/* SPDX-License-Identifier: Apache-2.0 */
/* The days before a failure counts: what the device says, and what a report says. */
#include "grace.h"
#include "report-build.h"
#include "report-share.h"

#include "some-policy.h"

#include <string.h>

#define DAY CLOCK_DAY_S
#define BEGIN ((int64_t)1794268800)
#define ID "disk.encrypted" /* one that this build judges, and reports */
#define DEVICE "AAAAAAAAAAAAAAAAAAAAAA"

static void observe(
	struct state *state, enum posture_state value, enum posture_reason reason, int64_t wall_s)
{
	bool changed;

	(void)state_see_time(state, wall_s);
	assert_int_equal(state_observe(state, ID, value, reason, wall_s, &changed), 0);
}

static int64_t until(const struct state *state, const struct policy *policy)
{
	return grace_until(state, state_find(state, ID), policy);
}

static void test_days_are_the_policys(void **unused)
{
	cleanup(policy_free_p) struct policy *silent = some_policy("\"controls\":{}");
	cleanup(policy_free_p) struct policy *none =
		some_policy("\"grace_days\":0,\"controls\":{}");
	cleanup(policy_free_p) struct policy *own =
		some_policy("\"grace_days\":0,\"controls\":{\"" ID
			    "\":{\"on\":true,\"severity\":\"high\",\"grace_days\":30}}");
	cleanup(state_finish) struct state state = {0};

	(void)unused;
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN);
	assert_int_equal(until(&state, silent), BEGIN + POLICY_GRACE_DAYS * DAY);
	assert_int_equal(until(&state, none), 0);
	assert_int_equal(until(&state, own), BEGIN + 30 * DAY);
	/* the days are over, and what fails later counts at once */
	observe(&state, POSTURE_PASS, POSTURE_ALL_ENCRYPTED, BEGIN + 2 * DAY);
	assert_int_equal(until(&state, silent), 0);
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN + 7 * DAY);
	assert_int_equal(until(&state, silent), 0);
	/* a clock that is turned back gives none of them again */
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN + DAY);
	assert_int_equal(until(&state, silent), 0);
}

static void test_days_begin_anew(void **unused)
{
	cleanup(policy_free_p) struct policy *policy = some_policy("\"controls\":{}");
	cleanup(state_finish) struct state state = {0};

	(void)unused;
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN);
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN + 9 * DAY);
	assert_int_equal(until(&state, policy), 0);
	/* when a policy that left it out names it again */
	observe(&state, POSTURE_NA, POSTURE_DISABLED_BY_POLICY, BEGIN + 10 * DAY);
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN + 11 * DAY);
	assert_int_equal(until(&state, policy), BEGIN + 18 * DAY);
	/* with an enrolment */
	state_forget_reports(&state);
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN + 40 * DAY);
	assert_int_equal(until(&state, policy), BEGIN + 47 * DAY);
	/* but not for a clock that stands before all that was seen */
	state_forget_reports(&state);
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN);
	assert_int_equal(until(&state, policy), 0);
}

static void test_state_is_kept_over_a_restart(void **unused)
{
	cleanup(policy_free_p) struct policy *policy = some_policy("\"controls\":{}");
	cleanup(state_finish) struct state state = {0}, back = {0};
	cleanup(str_finish) struct str text = {0};

	(void)unused;
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN);
	assert_int_equal(state_write(&state, &text), 0);
	assert_int_equal(state_parse((struct span){text.p, text.len}, &back, NULL), 0);
	assert_int_equal(until(&back, policy), BEGIN + 7 * DAY);
}

static void build(const struct state *state, const struct policy *policy, struct report *ret_report)
{
	const struct report_source source = {
		.state = state, .policy = policy, .device = DEVICE, .wall_s = state->wall_highest};
	cleanup(str_finish) struct str payload = {.max = REPORT_MAX};
	struct json_error error = {.where = ""};

	assert_int_equal(report_build(&source, &payload), 0);
	assert_int_equal(
		report_parse((struct span){payload.p, payload.len}, ret_report, &error), 0);
}

/* Neither a pass nor a failure until the days are over, then a failure, without a new verdict. */
static void test_report_never_passes_what_fails(void **unused)
{
	cleanup(policy_free_p) struct policy *policy = some_policy("\"controls\":{}");
	cleanup(state_finish) struct state state = {.full_due = true};
	cleanup(report_finish) struct report first = {0}, second = {0};

	(void)unused;
	observe(&state, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED, BEGIN);
	build(&state, policy, &first);
	assert_int_equal(first.n_controls, 1);
	assert_int_equal(first.controls[0].state, POSTURE_UNKNOWN);
	assert_int_equal(first.controls[0].reason, POSTURE_GRACE_PERIOD);
	report_note_told(&state, policy);
	assert_false(report_has_news(&state, policy));
	(void)state_see_time(&state, BEGIN + 7 * DAY);
	assert_true(report_has_news(&state, policy));
	build(&state, policy, &second);
	assert_int_equal(second.kind, REPORT_DELTA);
	assert_int_equal(second.controls[0].state, POSTURE_FAIL);
	assert_int_equal(second.controls[0].reason, POSTURE_NOT_ENCRYPTED);
	report_note_told(&state, policy);
	assert_false(report_has_news(&state, policy));
}

/*
 * Cameras and microphones: whatever happens within a day, nothing of it is remembered or told
 * before the day is over, and then its worst, without an hour; and of a private device nothing,
 * ever.
 */
static void test_used_devices_are_told_by_day(void **unused)
{
	static const char control[] = "av.camera-idle";
	cleanup(policy_free_p) struct policy *school =
		some_policy("\"controls\":{},\"grace_days\":0");
	cleanup(policy_free_p) struct policy *home =
		some_policy_of("private", "\"controls\":{},\"grace_days\":0");
	cleanup(state_finish) struct state state = {.full_due = true};
	cleanup(report_finish) struct report first = {0}, second = {0}, third = {0};
	cleanup(str_finish) struct str before = {0}, after = {0};
	int64_t day = BEGIN / DAY * DAY;
	bool changed;

	(void)unused;
	(void)state_see_time(&state, day + 3601);
	assert_int_equal(state_observe_day(&state, control, POSTURE_PASS, POSTURE_NOT_LEFT_ON,
				 day + 3601, &changed),
		0);
	build(&state, school, &first);
	report_note_told(&state, school);
	assert_int_equal(first.controls[0].state, POSTURE_UNKNOWN);
	assert_int_equal(state_write(&state, &before), 0);
	assert_int_equal(state_observe_day(&state, control, POSTURE_FAIL, POSTURE_LEFT_ON,
				 day + 40000, &changed),
		0);
	assert_false(changed);
	assert_int_equal(state_observe_day(&state, control, POSTURE_PASS, POSTURE_NOT_LEFT_ON,
				 day + 50000, &changed),
		0);
	assert_false(changed);
	assert_false(report_has_news(&state, school));
	assert_int_equal(state_write(&state, &after), 0);
	assert_string_equal(before.p, after.p);
	/* the next day */
	(void)state_see_time(&state, day + DAY + 7);
	assert_int_equal(state_observe_day(&state, control, POSTURE_PASS, POSTURE_NOT_LEFT_ON,
				 day + DAY + 7, &changed),
		0);
	assert_true(changed);
	assert_int_equal(state_find(&state, control)->state, POSTURE_FAIL);
	assert_int_equal(state_find(&state, control)->since % DAY, 0);
	assert_true(report_has_news(&state, school));
	build(&state, school, &second);
	assert_int_equal(second.n_controls, 1);
	assert_int_equal(second.controls[0].state, POSTURE_FAIL);
	assert_int_equal(second.controls[0].age, DAY / 3600);
	/* the same state of a private device */
	assert_false(report_has_news(&state, home));
	state.full_due = true;
	build(&state, home, &third);
	assert_int_equal(third.n_controls, 0);
}

static void build_private(struct state *state, const struct policy *home, bool *ret_told)
{
	cleanup(report_finish) struct report report = {0};

	state->full_due = true;
	build(state, home, &report);
	assert_true(report.n_controls <= 1);
	*ret_told = report.n_controls == 1;
}

/* Of a private device, what its owner turned on and nothing else, until it is turned off again. */
static void test_an_owner_shares_one_control(void **unused)
{
	static const char *const controls[] = {"av.camera-idle", "av.mic-idle"};
	static const struct agreed_setting camera = {REPORT_SHARE_CLIENT, "av.camera-idle", NULL},
					   idle = {REPORT_SHARE_CLIENT, "lock.idle", NULL};
	cleanup(policy_free_p) struct policy *home =
		some_policy_of("private", "\"controls\":{},\"grace_days\":0");
	cleanup(state_finish) struct state state = {.full_due = true};
	bool changed, told;

	(void)unused;
	(void)state_see_time(&state, BEGIN);
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		assert_int_equal(state_observe_day(&state, controls[i], POSTURE_PASS,
					 POSTURE_NOT_LEFT_ON, BEGIN, &changed),
			0);
	}
	build_private(&state, home, &told);
	assert_false(told);
	assert_int_equal(agreed_add(&state.agreed, &idle), 0);
	build_private(&state, home, &told);
	assert_false(told);
	assert_int_equal(agreed_add(&state.agreed, &camera), 0);
	build_private(&state, home, &told);
	assert_true(told);
	assert_true(report_share_has(&state, controls[0]));
	assert_false(report_share_has(&state, controls[1]));
	assert_true(report_share_forget(&state));
	assert_false(report_share_forget(&state));
	build_private(&state, home, &told);
	assert_false(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_are_the_policys),
		cmocka_unit_test(test_days_begin_anew),
		cmocka_unit_test(test_state_is_kept_over_a_restart),
		cmocka_unit_test(test_report_never_passes_what_fails),
		cmocka_unit_test(test_used_devices_are_told_by_day),
		cmocka_unit_test(test_an_owner_shares_one_control),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
