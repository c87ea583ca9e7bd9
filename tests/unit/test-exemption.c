/* SPDX-License-Identifier: Apache-2.0 */
/* Exemptions: what may stand in one, and when it runs, by both clocks. */
#include "exempt-use.h"

#include "fd.h"
#include "some-policy.h"

#include <stdio.h>
#include <string.h>

#define DEVICE "AAAAAAAAAAAAAAAAAAAAAA"
#define OTHER "BBBBBBBBBBBBBBBBBBBBBB"
#define WHO                                                                              \
	"\"id\":\"e-1\",\"asked_by\":\"teacher\",\"approved_by\":\"school-leader\","     \
	"\"purpose\":\"lesson-for-absent\",\"persons\":[\"pupils\"],\"pupils_visible\":" \
	"false,\"basis\":\"public-task\",\"consent\":\"not-needed\",\"considered\":["    \
	"\"live-only\"],\"declining\":\"other-form\",\"notice\":\"n-1\","                \
	"\"taking_part\":\"voluntary\",\"devices\":[\"" DEVICE "\"],"
#define WORDS WHO "\"controls\":[\"conf.local-recording-off\"],"
#define TIMES                                                                         \
	"\"noticed\":\"2026-11-01\",\"start\":\"2026-11-10\",\"end\":\"2026-11-20\"," \
	"\"delete_by\":\"2026-11-27\""
#define ONE "{" WORDS TIMES "}"
#define RECORDING "{" WHO "\"feature\":\"recording\"," TIMES "}"
#define START ((int64_t)1794268800) /* date -u -d 2026-11-10 +%s */
#define END ((int64_t)1795132800)

struct held {
	struct json_object *array;
	struct exemptions exemptions;
};

static int parse(const char *text, struct held *ret_held)
{
	struct json_error error = {.where = ""};

	*ret_held = (struct held){0};
	assert_int_equal(json_parse(span_z(text), &ret_held->array, &error), 0);
	return exemptions_parse(
		ret_held->array, EXEMPTION_NOTICE_DAYS, &ret_held->exemptions, &error);
}

static void held_finish(struct held *held)
{
	exemptions_finish(&held->exemptions);
	json_put(&held->array);
}

/* ONE with this in the place of that; NULL for a member that is taken out. The caller frees. */
static char *with(const char *whole, const char *that, const char *this)
{
	const char *at = strstr(whole, that);
	char *text = NULL;

	if (!at) {
		fail_msg("not there: %s", that);
		return NULL;
	}
	assert_true(asprintf(&text, "[%.*s%s%s]", (int)(at - whole), whole, this,
			    at + strlen(that)) > 0);
	return text;
}

static void refused(const char *text)
{
	struct held held;

	if (parse(text, &held) == 0) {
		fail_msg("taken: %s", text);
	}
	held_finish(&held);
}

/* controls.json, exempt.record-keeping: "Fail: any field missing" */
static void test_every_member_is_wanted(void **state)
{
	static const char *const members[] = {
		"\"id\":\"e-1\",",
		"\"asked_by\":\"teacher\",",
		"\"approved_by\":\"school-leader\",",
		"\"purpose\":\"lesson-for-absent\",",
		"\"persons\":[\"pupils\"],",
		"\"pupils_visible\":false,",
		"\"basis\":\"public-task\",",
		"\"consent\":\"not-needed\",",
		"\"considered\":[\"live-only\"],",
		"\"declining\":\"other-form\",",
		"\"notice\":\"n-1\",",
		"\"taking_part\":\"voluntary\",",
		"\"devices\":[\"" DEVICE "\"],",
		"\"controls\":[\"conf.local-recording-off\"],",
		"\"noticed\":\"2026-11-01\",",
		"\"start\":\"2026-11-10\",",
		"\"end\":\"2026-11-20\",",
		",\"delete_by\":\"2026-11-27\"",
	};
	struct held held;

	(void)state;
	assert_int_equal(parse("[" ONE "]", &held), 0);
	held_finish(&held);
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		cleanup(free_ptr) char *text = with(ONE, members[i], "");

		refused(text);
	}
}

static void test_words_and_times_are_closed(void **state)
{
	static const struct {
		const char *that, *this;
	} wrong[] = {
		/* a free text would be a place for a name */
		{"\"e-1\"", "\"Mr Bean\""},
		{"\"e-1\"", "\"home-1\""},
		{"\"teacher\"", "\"Mr Bean\""},
		{"\"n-1\"", "\"Dear Mrs Bean\""},
		/* rec.no-voice-identification: nobody is recognised or judged */
		{"\"lesson-for-absent\"", "\"identify\""},
		{"\"lesson-for-absent\"", "\"emotion\""},
		{"\"lesson-for-absent\"", "7"},
		{"[\"pupils\"]", "[]"},
		{"[\"pupils\"]", "[\"everybody\"]"},
		{"[\"pupils\"]", "[7]"},
		{"[\"live-only\"]", "[]"},
		{"\"public-task\"", "\"because\""},
		{"\"other-form\"", "\"detention\""},
		{"\"voluntary\"", "\"of course\""},
		/* exempt.least-scope: no whole school, no control of Caretaker itself, one thing */
		{"[\"" DEVICE "\"]", "[\"*\"]"},
		{"conf.local-recording-off", "*"},
		{"conf.local-recording-off", "agent.integrity"},
		{"conf.local-recording-off", "exempt.expiry"},
		{"[\"conf.local-recording-off\"]", "[\"a.a\",\"a.b\",\"a.c\",\"a.d\",\"a.e\"]"},
		{"\"controls\"", "\"feature\":\"recording\",\"controls\""},
		{"\"controls\":[\"conf.local-recording-off\"]", "\"feature\":\"everything\""},
		{"\"controls\":[\"conf.local-recording-off\"]", "\"feature\":\"\""},
		/* exempt.record-keeping: approver differs from requester */
		{"\"teacher\"", "\"school-leader\""},
		{"\"school-leader\"", "\"teacher\""},
		/* exempt.least-scope: pupils only with a reason and a second approver, a third
		   person */
		{"\"pupils_visible\":false", "\"pupils_visible\":true"},
		{"\"pupils_visible\":false",
			"\"pupils_visible\":true,\"pupils_reason\":\"assessment\""},
		{"\"pupils_visible\":false",
			"\"pupils_visible\":true,\"pupils_reason\":\"assessment\","
			"\"second_approver\":\"school-leader\""},
		{"\"pupils_visible\":false", "\"pupils_visible\":true,\"pupils_reason\":\"nice\","
					     "\"second_approver\":\"it\""},
		/* exempt.consent-where-needed */
		{"\"public-task\"", "\"consent\""},
		/* exempt.prior-notice: two school days: 6 November 2026 is a Friday */
		{"\"noticed\":\"2026-11-01\"", "\"noticed\":\"2026-11-11\""},
		{"\"noticed\":\"2026-11-01\"", "\"noticed\":\"2026-11-09\""},
		{"\"noticed\":\"2026-11-01\"", "\"noticed\":\"2026-11-06T00:00:01Z\""},
		/* 31 days; before its start; at its start; no time */
		{"\"end\":\"2026-11-20\"", "\"end\":\"2026-12-11\""},
		{"\"end\":\"2026-11-20\"", "\"end\":\"2026-11-09\""},
		{"\"end\":\"2026-11-20\"", "\"end\":\"2026-11-10\""},
		{"\"start\":\"2026-11-10\"", "\"start\":\"soon\""},
		/* rec.retention: deleted soon after its purpose ends */
		{"\"delete_by\":\"2026-11-27\"", "\"delete_by\":\"2026-11-19\""},
		{"\"delete_by\":\"2026-11-27\"", "\"delete_by\":\"2026-12-21\""},
		{"\"notice\"", "\"note\":\"x\",\"notice\""},
	};

	(void)state;
	refused("[{}]");
	refused("[7]");
	refused("[" ONE "," ONE "]");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		cleanup(free_ptr) char *text = with(ONE, wrong[i].that, wrong[i].this);

		refused(text);
	}
}

static void test_what_is_well_founded_is_taken(void **state)
{
	static const struct {
		const char *that, *this;
	} right[] = {
		{"\"pupils_visible\":false",
			"\"pupils_visible\":true,\"pupils_reason\":\"assessment\","
			"\"second_approver\":\"it\""},
		{"\"basis\":\"public-task\",\"consent\":\"not-needed\"",
			"\"basis\":\"consent\",\"consent\":\"given\""},
		/* Friday to Tuesday: Saturday and Sunday are no school days */
		{"\"noticed\":\"2026-11-01\"", "\"noticed\":\"2026-11-06\""},
		{"\"end\":\"2026-11-20\",\"delete_by\":\"2026-11-27\"",
			"\"end\":\"2026-12-10\",\"delete_by\":\"2027-01-09\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		cleanup(free_ptr) char *text = with(ONE, right[i].that, right[i].this);
		struct held held;

		if (parse(text, &held) != 0) {
			fail_msg("refused: %s", text);
		}
		held_finish(&held);
	}
}

/* date -u: Thursday 5, Friday 6, Sunday 8 November 2026 */
static void test_school_days_are_counted(void **state)
{
	const int64_t thursday = 1793836800, day = 86400;

	(void)state;
	assert_int_equal(exemption_notice_over(thursday, 1), thursday + day);
	assert_int_equal(exemption_notice_over(thursday, 2), thursday + 4 * day);
	assert_int_equal(exemption_notice_over(thursday + day, 1), thursday + 4 * day);
	assert_int_equal(exemption_notice_over(thursday + 3 * day, 2), thursday + 5 * day);
	assert_int_equal(exemption_notice_over(thursday + 99, 20), thursday + 99 + 28 * day);
}

static void test_too_many_are_refused(void **state)
{
	cleanup(str_finish) struct str text = {.max = (size_t)1 << 20};

	(void)state;
	assert_int_equal(str_append_z(&text, "["), 0);
	for (int i = 0; i < 1000; i++) {
		cleanup(free_ptr) char *one = NULL;
		cleanup(free_ptr) char *id = NULL;

		assert_true(asprintf(&id, "\"e-%d\"", i) > 0);
		one = with(ONE, "\"e-1\"", id);
		one[strlen(one) - 1] = '\0';
		assert_int_equal(str_appendf(&text, "%s%s", i ? "," : "", one + 1), 0);
	}
	assert_int_equal(str_append_z(&text, "]"), 0);
	refused(text.p);
}

static void test_a_feature_has_its_controls(void **state)
{
	struct held held;

	(void)state;
	assert_int_equal(parse("[" RECORDING "]", &held), 0);
	assert_int_equal(held.exemptions.list.items[0].feature, EXEMPTION_RECORDING);
	assert_true(exemption_covers(held.exemptions.list.items, "conf.local-recording-off"));
	assert_true(exemption_covers(held.exemptions.list.items, "rec.present"));
	assert_false(exemption_covers(held.exemptions.list.items, "rec.encrypted"));
	assert_false(exemption_covers(held.exemptions.list.items, "conf.camera-mic-gate"));
	held_finish(&held);
}

static void test_phases_by_both_clocks(void **state)
{
	static const struct {
		struct exemption_clock clock;
		enum exemption_phase phase;
	} rows[] = {
		{{START - 1, START - 1, 0}, EXEMPTION_WAITS},
		{{START, START, 0}, EXEMPTION_RUNS},
		{{END - 1, END - 1, END - START - 1}, EXEMPTION_RUNS},
		{{END, END, 0}, EXEMPTION_ENDED},
		/* the boot clock has seen it run its whole time, whatever the wall clock says */
		{{START + 60, START + 60, END - START}, EXEMPTION_ENDED},
		/* the clock was past its end once */
		{{START, END, 0}, EXEMPTION_ENDED},
		/* turned back */
		{{START, START + EXEMPTION_SLACK_S + 1, 0}, EXEMPTION_ENDED},
		{{START - 9999, START + 1, 0}, EXEMPTION_ENDED},
		/* corrected by a moment */
		{{START, START + EXEMPTION_SLACK_S, 0}, EXEMPTION_RUNS},
		/* nothing is known of earlier times */
		{{START, 0, 0}, EXEMPTION_RUNS},
	};
	struct held held;

	(void)state;
	assert_int_equal(parse("[" ONE "]", &held), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(
			exemption_phase(held.exemptions.list.items, &rows[i].clock), rows[i].phase);
	}
	assert_true(exemption_covers(held.exemptions.list.items, "conf.local-recording-off"));
	assert_false(exemption_covers(held.exemptions.list.items, "conf.local-recording"));
	assert_true(exemption_concerns(held.exemptions.list.items, DEVICE));
	assert_false(exemption_concerns(held.exemptions.list.items, OTHER));
	assert_false(exemption_concerns(held.exemptions.list.items, ""));
	held_finish(&held);
}

static void test_engine_exempts_failures_alone(void **unused)
{
	cleanup(policy_free_p) struct policy *policy =
		some_policy("\"controls\":{},\"exemptions\":[" ONE "]");
	struct check_ctx ctx = {.policy = policy, .device = DEVICE, .now = {.wall_s = START + 60}};
	struct verdict verdict = {.state = POSTURE_FAIL, .reason = POSTURE_FIREWALL_OPEN};

	(void)unused;
	exempt_apply(&ctx, "conf.location-off", &verdict);
	assert_int_equal(verdict.state, POSTURE_FAIL);
	exempt_apply(&ctx, "conf.local-recording-off", &verdict);
	assert_int_equal(verdict.state, POSTURE_EXEMPT);
	assert_int_equal(verdict.reason, POSTURE_EXEMPTION_RUNS);
	assert_int_equal(verdict.due_s, START + 60 + EXEMPT_LOOK_S);
	assert_string_equal(verdict.evidence[0].value, "2026-11-20T00:00:00Z");
	verdict = (struct verdict){.state = POSTURE_UNKNOWN, .reason = POSTURE_NOT_PERMITTED};
	ctx.now.wall_s = END - 60;
	exempt_apply(&ctx, "conf.local-recording-off", &verdict);
	assert_int_equal(verdict.state, POSTURE_UNKNOWN);
	assert_int_equal(verdict.due_s, END);
	ctx.device = OTHER;
	verdict = (struct verdict){.state = POSTURE_FAIL, .reason = POSTURE_FIREWALL_OPEN};
	exempt_apply(&ctx, "conf.local-recording-off", &verdict);
	assert_int_equal(verdict.state, POSTURE_FAIL);
	assert_int_equal(verdict.due_s, 0);
}

static void test_used_time_is_kept(void **unused)
{
	cleanup(policy_free_p) struct policy *policy =
		some_policy("\"controls\":{},\"exemptions\":[" ONE "]");
	cleanup(policy_free_p) struct policy *without = some_policy("\"controls\":{}");
	cleanup(state_finish) struct state state = {0}, back = {0};
	cleanup(str_finish) struct str text = {0};
	struct check_ctx ctx = {.policy = policy, .device = DEVICE, .now = {.wall_s = START}};
	bool changed = false;

	(void)unused;
	assert_int_equal(exempt_use_count(&state, &ctx, 0, &changed), 0);
	assert_true(changed);
	assert_int_equal(exempt_use_count(&state, &ctx, 0, &changed), 0);
	assert_false(changed);
	assert_int_equal(exempt_use_count(&state, &ctx, END - START, &changed), 0);
	assert_true(changed);
	assert_int_equal(state_write(&state, &text), 0);
	assert_int_equal(state_parse((struct span){text.p, text.len}, &back, NULL), 0);
	assert_int_equal(back.uses.len, 1);
	assert_int_equal(back.uses.items[0].used_s, END - START);
	/* it has run its time: no more is added, and it is over */
	assert_int_equal(exempt_use_count(&back, &ctx, 60, &changed), 0);
	assert_false(changed);
	ctx.uses = back.uses.items;
	ctx.n_uses = back.uses.len;
	assert_int_equal(
		exempt_phase(&ctx, policy_exemptions(policy)->list.items), EXEMPTION_ENDED);
	ctx.policy = without;
	assert_int_equal(exempt_use_count(&back, &ctx, 60, &changed), 0);
	assert_true(changed);
	assert_int_equal(back.uses.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_member_is_wanted),
		cmocka_unit_test(test_what_is_well_founded_is_taken),
		cmocka_unit_test(test_school_days_are_counted),
		cmocka_unit_test(test_too_many_are_refused),
		cmocka_unit_test(test_a_feature_has_its_controls),
		cmocka_unit_test(test_words_and_times_are_closed),
		cmocka_unit_test(test_phases_by_both_clocks),
		cmocka_unit_test(test_engine_exempts_failures_alone),
		cmocka_unit_test(test_used_time_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
