/* SPDX-License-Identifier: Apache-2.0 */
/* Exemptions: what may stand in one, and when it runs, by both clocks. */
#include "exempt-use.h"

#include "some-policy.h"

#include <string.h>

#define DEVICE "AAAAAAAAAAAAAAAAAAAAAA"
#define OTHER "BBBBBBBBBBBBBBBBBBBBBB"
#define WORDS                                                                                \
	"\"id\":\"e-1\",\"asked_by\":\"teacher\",\"purpose\":\"lesson-for-absent\","         \
	"\"persons\":[\"pupils\"],\"controls\":[\"conf.local-recording-off\"],\"devices\":[" \
	"\"" DEVICE "\"],"
#define TIMES "\"noticed\":\"2026-11-01\",\"start\":\"2026-11-10\",\"end\":\"2026-11-20\""
#define ONE "{" WORDS TIMES "}"
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
	return exemptions_parse(ret_held->array, &ret_held->exemptions, &error);
}

static void held_finish(struct held *held)
{
	exemptions_finish(&held->exemptions);
	json_put(&held->array);
}

static void test_words_and_times_are_closed(void **state)
{
	static const char *const wrong[] = {
		"[{}]",
		"[7]",
		"[" ONE "," ONE "]",
		/* a free text would be a place for a name */
		"[{\"id\":\"Mr "
		"Bean\",\"asked_by\":\"teacher\",\"purpose\":\"assessment\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"a.b\"],\"devices\":[\"" DEVICE "\"]," TIMES "}]",
		"[{\"id\":\"e\",\"asked_by\":\"Mr Bean\",\"purpose\":\"assessment\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"a.b\"],\"devices\":[\"" DEVICE "\"]," TIMES "}]",
		"[{\"id\":\"e\",\"asked_by\":\"it\",\"purpose\":\"because\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"a.b\"],\"devices\":[\"" DEVICE "\"]," TIMES "}]",
		"[{\"id\":\"e\",\"asked_by\":\"it\",\"purpose\":\"assessment\",\"persons\":"
		"[],\"controls\":[\"a.b\"],\"devices\":[\"" DEVICE "\"]," TIMES "}]",
		"[{\"id\":\"e\",\"asked_by\":\"it\",\"purpose\":\"assessment\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"*\"],\"devices\":[\"" DEVICE "\"]," TIMES "}]",
		"[{\"id\":\"e\",\"asked_by\":\"it\",\"purpose\":\"assessment\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"agent.integrity\"],\"devices\":[\"" DEVICE
		"\"]," TIMES "}]",
		"[{\"id\":\"e\",\"asked_by\":\"it\",\"purpose\":\"assessment\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"exempt.expiry\"],\"devices\":[\"" DEVICE "\"]," TIMES
		"}]",
		/* no whole school */
		"[{\"id\":\"e\",\"asked_by\":\"it\",\"purpose\":\"assessment\",\"persons\":"
		"[\"pupils\"],\"controls\":[\"a.b\"],\"devices\":[\"*\"]," TIMES "}]",
		"[{" WORDS "\"noticed\":\"2026-11-11\",\"start\":\"2026-11-10\",\"end\":\"2026-11-"
		"20\"}]",
		"[{" WORDS "\"noticed\":\"2026-11-01\",\"start\":\"2026-11-10\",\"end\":\"2026-12-"
		"11\"}]",
		"[{" WORDS "\"noticed\":\"2026-11-01\",\"start\":\"2026-11-10\",\"end\":\"2026-11-"
		"10\"}]",
		"[{" WORDS "\"noticed\":\"2026-11-01\",\"start\":\"soon\",\"end\":\"2026-11-20\"}]",
		"[{" WORDS TIMES ",\"note\":\"x\"}]",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct held held;

		if (parse(wrong[i], &held) == 0) {
			fail_msg("taken: %s", wrong[i]);
		}
		held_finish(&held);
	}
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
		cmocka_unit_test(test_words_and_times_are_closed),
		cmocka_unit_test(test_phases_by_both_clocks),
		cmocka_unit_test(test_engine_exempts_failures_alone),
		cmocka_unit_test(test_used_time_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
