/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of caretakerd that decide without touching anything. */
#include "local-accounts.h"
#include "home-genuine.h"
#include "pace.h"
#include "rate.h"
#include "rules.h"
#include "state.h"

#include "unit.h"

#define UID 1000
#define OWN "0::/system.slice/caretakerd.service\n"

static bool genuine(const char *peer, const char *own)
{
	return home_genuine_cgroup(span_z(peer), span_z(own), UID);
}

static void test_cgroup_of_a_worker(void **state)
{
	static const char *const wrong[] = {
		"",
		"0::/\n",
		"0::/caretaker-home@1000.service\n",
		"0::/system.slice/caretaker-home@1001.service\n",
		"0::/system.slice/caretaker-home@10000.service\n",
		"0::/system.slice/caretaker-home@1000.service/below\n",
		"0::/system.slicecaretaker-home@1000.service\n",
		"0::/user.slice/user-1000.slice/user@1000.service/caretaker-home@1000.service\n",
		"0::/user.slice/user-1000.slice/user@1000.service/system.slice/"
		"caretaker-home@1000.service\n",
		"1:name=systemd:/system.slice/caretaker-home@1000.service\n",
	};

	(void)state;
	assert_true(genuine("0::/system.slice/caretaker-home@1000.service\n", OWN));
	assert_true(genuine(
		"0::/system.slice/system-caretaker\\x2dhome.slice/caretaker-home@1000.service\n",
		OWN));
	assert_true(genuine("0::/box/system.slice/caretaker-home@1000.service\n",
		"0::/box/system.slice/caretakerd.service\n"));
	assert_false(genuine("0::/system.slice/caretaker-home@1000.service\n",
		"0::/box/system.slice/caretakerd.service\n"));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_false(genuine(wrong[i], OWN));
		assert_false(genuine(wrong[i], "0::/init.scope\n"));
	}
}

#define STAT_TAIL " S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 777 1 1\n"

static void test_pidfile_of_a_worker(void **state)
{
	struct span stat = span_z("42 (a) b (c)" STAT_TAIL);

	(void)state;
	assert_true(home_genuine_pidfile(span_z("42 777\n"), stat, 42));
	assert_true(home_genuine_pidfile(span_z("42 777"), stat, 42));
	assert_false(home_genuine_pidfile(span_z("42 778\n"), stat, 42));
	assert_false(home_genuine_pidfile(span_z("43 777\n"), stat, 42));
	assert_false(home_genuine_pidfile(span_z("42\n"), stat, 42));
	assert_false(home_genuine_pidfile(span_z(""), stat, 42));
	assert_false(home_genuine_pidfile(span_z("42 777\n"), span_z("42 (x"), 42));
	assert_false(home_genuine_pidfile(span_z("42 777\n"), span_z("42 (x)"), 42));
	assert_false(home_genuine_pidfile(span_z("42 777\n"), span_z(""), 42));
}

static void test_accounts(void **state)
{
	uid_t min, max;
	gid_t gid;

	(void)state;
	assert_int_equal(local_accounts_group_gid(span_z("a:x:1:\nb:x:77:u,v\n"), "b", &gid), 0);
	assert_int_equal(gid, 77);
	assert_int_equal(local_accounts_group_gid(span_z("b2:x:1:\nxb:x:2:"), "b", &gid), -ENOENT);
	assert_int_equal(
		local_accounts_group_gid(span_z("b:x:0:\nb:x:-1:\nb:x"), "b", &gid), -ENOENT);
	local_accounts_uid_range(
		span_z("# UID_MIN 5\nUID_MIN\t\t 500\nUID_MAX 600 \nSYS_UID_MIN 1\n"), &min, &max);
	assert_int_equal(min, 500);
	assert_int_equal(max, 600);
	local_accounts_uid_range(span_z("UID_MIN x\nUID_MAX -1\nUID_MIN 0\n"), &min, &max);
	assert_int_equal(min, 1000);
	assert_int_equal(max, 60000);
}

static void test_pace(void **state)
{
	const uint32_t randoms[] = {0, 1, 12345, UINT32_MAX};
	const int64_t day = 86400, now = 1000 * 86400 + 5;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(randoms); i++) {
		int64_t batch = pace_next_batch(now, day, randoms[i]);

		assert_in_range(batch, 1001 * day, 1002 * day - 1);
		assert_int_equal(batch % 60, 0);
		assert_in_range(pace_retry_ms(0, randoms[i]), 45000, 75000);
		assert_in_range(pace_retry_ms(1000, randoms[i]), PACE_RETRY_LAST_MS * 3 / 4,
			PACE_RETRY_LAST_MS * 5 / 4);
		assert_int_equal(pace_asked_ms(0, 0, randoms[i]), pace_retry_ms(0, randoms[i]));
		assert_in_range(pace_asked_ms(0, 300, randoms[i]), 300000, 375000);
		assert_int_equal(pace_asked_ms(9, 60, randoms[i]), pace_retry_ms(9, randoms[i]));
		/* missed while it was off: soon */
		assert_in_range(
			pace_resume_batch(now - 99, now, day, randoms[i]), now + 60, now + 600);
		/* a clock that went back a year leaves nobody silent for a year */
		assert_in_range(pace_resume_batch(now + 365 * day, now, day, randoms[i]), now,
			now + 2 * day);
	}
	assert_int_equal(pace_resume_batch(now + 7, now, day, 1), now + 7);
}

static void test_rate(void **state)
{
	struct rate rate = {0};
	size_t allowed = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		allowed += rate_allows(&rate, UID, 1, 1000);
	}
	assert_int_equal(allowed, RATE_ALLOWANCE);
	assert_true(rate_allows(&rate, UID + 1, 1, 1000));
	assert_true(rate_allows(&rate, 0, 1000000, 1000));
	assert_true(rate_allows(&rate, UID, 1, 1000 + RATE_REFILL_MS));
	assert_false(rate_allows(&rate, UID, 1, 1000 + RATE_REFILL_MS));
	for (uid_t uid = 2000; uid < 2200; uid++) {
		assert_true(rate_allows(&rate, uid, RATE_ALLOWANCE, 2000 + (int64_t)uid));
	}
}

static void test_rules(void **state)
{
	cleanup(rules_finish) struct rules rules = {0};
	char name[RULES_CLIENT_MAX + 2];

	(void)state;
	assert_false(rules_keep(&rules, false, "a", NULL));
	assert_true(rules_keep(&rules, true, "a", "k"));
	assert_int_equal(rules_say(&rules, NULL, NULL, true), 0);
	assert_int_equal(rules_say(&rules, "a", "k", false), 0);
	assert_true(rules_keep(&rules, false, "a", NULL));
	assert_false(rules_keep(&rules, false, "a", "k"));
	assert_true(rules_keep(&rules, false, "a", "l"));
	/* what was said of a client under its former name */
	assert_int_equal(rules_say(&rules, "obs-websocket", NULL, false), 0);
	assert_false(rules_keep(&rules, true, "obs-studio", NULL));
	assert_int_equal(rules_say(&rules, "a", NULL, false), 0);
	assert_int_equal(rules.list.len, 3);
	assert_false(rules_keep(&rules, true, "a", "l"));
	assert_true(rules_keep(&rules, false, "b", "k"));
	assert_int_equal(rules_say(&rules, NULL, NULL, false), 0);
	assert_int_equal(rules.list.len, 1);
	assert_false(rules_keep_any(&rules, true));
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(rules_say(&rules, name, NULL, true), -EINVAL);
}

static void test_state(void **unused)
{
	cleanup(state_finish) struct state state = {.sequence = 7, .wall_highest = 50};
	cleanup(state_finish) struct state back = {0};
	cleanup(str_finish) struct str first = {0}, second = {0};
	bool changed;

	(void)unused;
	assert_int_equal(
		state_observe(&state, "a.b", POSTURE_FAIL, POSTURE_WIFI_WEP, 10, &changed), 0);
	assert_true(changed);
	/* another reason is news, and the state holds since before */
	assert_int_equal(
		state_observe(&state, "a.b", POSTURE_FAIL, POSTURE_WIFI_TKIP, 20, &changed), 0);
	assert_true(changed);
	assert_int_equal(state_find(&state, "a.b")->since, 10);
	assert_int_equal(
		state_observe(&state, "a.b", POSTURE_PASS, POSTURE_WIFI_STRONG, 30, &changed), 0);
	assert_int_equal(state_find(&state, "a.b")->since, 30);
	assert_int_equal(state_see_time(&state, 40), 50);
	assert_int_equal(rules_say(&state.rules, "a", "k", true), 0);
	assert_int_equal(state_write(&state, &first), 0);
	assert_int_equal(state_parse((struct span){first.p, first.len}, &back, NULL), 0);
	assert_int_equal(state_write(&back, &second), 0);
	assert_string_equal(first.p, second.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cgroup_of_a_worker),
		cmocka_unit_test(test_pidfile_of_a_worker),
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
