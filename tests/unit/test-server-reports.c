/* SPDX-License-Identifier: Apache-2.0 */
/* What the store makes of reports: since when, what is silent, what is counted. */
#include "fleet.h"
#include "tally.h"
#include "some-store.h"

static struct device enrolled(struct store *store, char fill)
{
	char token[2] = {fill, 0};
	struct device device;

	some_token(store, token, 1);
	assert_int_equal(device_enrol(store, some_key(fill), span_z(token), NOW, &device), 0);
	return device;
}

static int report_at(struct store *store, const struct device *device, int64_t sequence,
	enum posture_state verdict, int64_t age, int64_t now_s)
{
	struct report_control control = {"disk.encrypted", verdict, POSTURE_NOT_ENCRYPTED, age};
	struct report report = {.kind = REPORT_FULL,
		.sequence = sequence,
		.policy = 1,
		.unit = REPORT_HOURS,
		.controls = &control,
		.n_controls = 1};
	struct device after;
	char hash[SECRET_HASH_LEN + 1];

	memcpy(report.device, device->id, sizeof(report.device));
	some_hash(sequence, hash);
	return device_report(
		store, &report, &(struct device_signed){device->public_key, hash}, now_s, &after);
}

static void since_comes_from_the_age_and_does_not_wander(void **state)
{
	static const char *const since = "SELECT since FROM findings WHERE site = $1";
	static const char *const changes = "SELECT COUNT(*) FROM history WHERE site = $1";
	struct store *store = some_store(state);
	struct device device = enrolled(store, 'a');
	int64_t hour = NOW - NOW % HOUR;

	assert_int_equal(report_at(store, &device, 1, POSTURE_FAIL, 26, NOW), 0);
	assert_int_equal(some_number(store, since), hour - 26 * HOUR);
	/* An hour later the age may still round to 26, or to 28 already. */
	assert_int_equal(report_at(store, &device, 2, POSTURE_FAIL, 26, NOW + HOUR), 0);
	assert_int_equal(some_number(store, since), hour - 26 * HOUR);
	assert_int_equal(some_number(store, changes), 1);
	/* Failing again, after a pass that nobody heard of */
	assert_int_equal(report_at(store, &device, 3, POSTURE_FAIL, 2, NOW + 9 * HOUR), 0);
	assert_int_equal(some_number(store, since), hour + 7 * HOUR);
	assert_int_equal(report_at(store, &device, 4, POSTURE_PASS, 0, NOW + 10 * HOUR), 0);
	assert_int_equal(some_number(store, changes), 2);
	/* An age before time began */
	assert_int_equal(report_at(store, &device, 5, POSTURE_FAIL, INT64_MAX, NOW), 0);
	assert_true(some_number(store, since) >= 0);
}

static void hashes_of_old_reports_are_let_go(void **state)
{
	struct store *store = some_store(state);
	struct device device = enrolled(store, 'a');
	int64_t last = 20;

	for (int64_t n = 1; n <= last; n++) {
		assert_int_equal(report_at(store, &device, n, POSTURE_PASS, 0, NOW), 0);
	}
	for (int64_t n = 1; n <= last; n++) {
		assert_int_equal(report_at(store, &device, n, POSTURE_PASS, 0, NOW),
			n > last - DEVICE_RECENT_KEPT ? 0 : DEVICE_E_CONFLICT);
	}
	assert_int_equal(report_at(store, &device, last + 1, POSTURE_PASS, 0, NOW), 0);
}

static void reports_are_known_again(void **state)
{
	char hashes[DEVICE_RECENT_KEPT + 1][SECRET_HASH_LEN + 1];
	char recent[DEVICE_RECENT_MAX + 1] = "";
	bool full = false;

	(void)state;
	for (int n = 0; n <= DEVICE_RECENT_KEPT; n++) {
		some_hash(n, hashes[n]);
		assert_int_equal(device_recent_put(recent, hashes[n], n == 2, recent), 0);
		assert_int_equal(strlen(recent), DEVICE_RECENT_LEN);
	}
	assert_false(device_recent_has(recent, hashes[0], &full));
	assert_true(device_recent_has(recent, hashes[1], &full));
	assert_false(full);
	assert_true(device_recent_has(recent, hashes[2], &full));
	assert_true(full);
	/* Neither a part of one nor what stands where there is none */
	assert_false(device_recent_has(recent, "", &full));
	assert_false(device_recent_has(recent, hashes[1] + 1, &full));
	assert_int_equal(device_recent_put("", hashes[1] + 1, false, recent), -EINVAL);
	assert_int_equal(device_recent_put("", hashes[1], false, recent), 0);
	memset(hashes[0], '.', SECRET_HASH_LEN);
	assert_false(device_recent_has(recent, hashes[0], &full));
}

static void reports_are_known_as_earlier_servers_wrote_them(void **state)
{
	char hashes[3][SECRET_HASH_LEN + 1], recent[DEVICE_RECENT_MAX + 1];
	bool full = false;

	(void)state;
	for (int n = 0; n < 3; n++) {
		some_hash(n, hashes[n]);
	}
	snprintf(recent, sizeof(recent), "%lld:f%s;9:d%s;", (long long)INT64_MAX, hashes[0],
		hashes[1]);
	for (int turn = 0; turn < 2; turn++) {
		assert_true(device_recent_has(recent, hashes[0], &full));
		assert_true(full);
		assert_true(device_recent_has(recent, hashes[1], &full));
		assert_false(full);
		assert_int_equal(device_recent_has(recent, hashes[2], &full), turn == 1);
		assert_int_equal(device_recent_put(recent, hashes[2], false, recent), 0);
	}
}

static int64_t member(struct json_object *object, const char *outer, const char *name)
{
	struct json_object *in = NULL, *n = NULL;

	assert_true(json_object_object_get_ex(object, outer, &in));
	assert_true(json_object_object_get_ex(in, name, &n));
	return json_object_get_int64(n);
}

static int sweep(struct store *store, int64_t now_s)
{
	bool more;

	return fleet_sweep(store, now_s, &more);
}

static void silence_is_a_state_of_its_own(void **state)
{
	struct store *store = some_store(state);
	struct device one = enrolled(store, 'a'), two = enrolled(store, 'b');
	struct json_object *fleet = NULL, *trend = NULL;

	assert_int_equal(report_at(store, &one, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_int_equal(report_at(store, &two, 1, POSTURE_PASS, 0, NOW + 20 * DAY), 0);
	assert_int_equal(fleet_count_day(store, NOW + 20 * DAY), 0);
	assert_int_equal(sweep(store, NOW + 22 * DAY), 0);
	assert_int_equal(fleet_count_day(store, NOW + 22 * DAY), 0);
	assert_int_equal(fleet_count_day(store, NOW + 22 * DAY + HOUR), 0);
	assert_int_equal(fleet_read(store, NOW + 22 * DAY, &fleet), 0);
	assert_int_equal(member(fleet, "devices", "silent"), 1);
	assert_int_equal(member(fleet, "devices", "passing"), 1);
	assert_int_equal(member(fleet, "devices", "failing"), 0);
	assert_int_equal(member(fleet, "devices", "total"), 2);
	assert_true(json_object_object_get_ex(fleet, "trend", &trend));
	assert_int_equal(json_object_array_length(trend), 2);
	json_object_put(fleet);
}

static int64_t counted(struct store *store, int64_t now_s, const char *name)
{
	struct json_object *control = NULL;
	int64_t n;

	assert_int_equal(fleet_read_control(store, "disk.encrypted", now_s, &control), 0);
	n = member(control, "counts", name);
	json_object_put(control);
	return n;
}

static void what_a_silent_device_passed_is_not_known(void **state)
{
	static const char *const passes = "SELECT COALESCE(SUM(devices), 0) FROM days "
					  "WHERE site = $1 AND subject <> '' AND state = 'pass'";
	static const char *const unknown = "SELECT COALESCE(SUM(devices), 0) FROM days WHERE "
					   "site = $1 AND subject <> '' AND state = 'unknown'";
	struct store *store = some_store(state);
	struct device one = enrolled(store, 'a'), two = enrolled(store, 'b'),
		      three = enrolled(store, 'c');
	struct json_object *list = NULL, *rows = NULL;

	assert_int_equal(report_at(store, &one, 1, POSTURE_PASS, 0, NOW), 0);
	assert_int_equal(report_at(store, &two, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_int_equal(report_at(store, &three, 1, POSTURE_PASS, 0, NOW + 20 * DAY), 0);
	assert_int_equal(counted(store, NOW + 20 * DAY, "pass"), 2);
	assert_int_equal(sweep(store, NOW + 22 * DAY), 0);
	assert_int_equal(counted(store, NOW + 22 * DAY, "pass"), 1);
	assert_int_equal(counted(store, NOW + 22 * DAY, "unknown"), 1);
	assert_int_equal(counted(store, NOW + 22 * DAY, "fail"), 1);
	assert_int_equal(fleet_read_controls(store, &list), 0);
	assert_true(json_object_object_get_ex(list, "controls", &rows));
	assert_int_equal(member(json_object_array_get_idx(rows, 0), "counts", "pass"), 1);
	json_object_put(list);
	assert_int_equal(fleet_count_day(store, NOW + 22 * DAY), 0);
	assert_int_equal(some_number(store, passes), 1);
	assert_int_equal(some_number(store, unknown), 1);
}

static void nothing_that_applies_is_no_pass(void **state)
{
	struct store *store = some_store(state);
	struct device device = enrolled(store, 'a');
	struct json_object *fleet = NULL;

	assert_int_equal(report_at(store, &device, 1, POSTURE_NA, 0, NOW), 0);
	assert_int_equal(fleet_read(store, NOW, &fleet), 0);
	assert_int_equal(member(fleet, "devices", "passing"), 0);
	assert_int_equal(member(fleet, "devices", "unknown"), 1);
	json_object_put(fleet);
	assert_int_equal(report_at(store, &device, 2, POSTURE_EXEMPT, 0, NOW), 0);
	assert_int_equal(fleet_read(store, NOW, &fleet), 0);
	assert_int_equal(member(fleet, "devices", "passing"), 1);
	json_object_put(fleet);
}

static void erasing_leaves_nothing(void **state)
{
	struct store *store = some_store(state);
	struct device device = enrolled(store, 'a');

	assert_int_equal(report_at(store, &device, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_int_equal(device_erase(store, device.id), 0);
	assert_int_equal(some_number(store, "SELECT COUNT(*) FROM devices WHERE site = $1"), 0);
	assert_int_equal(some_number(store, "SELECT COUNT(*) FROM held WHERE site = $1"), 0);
	assert_int_equal(some_number(store, "SELECT COUNT(*) FROM findings WHERE site = $1"), 0);
	assert_int_equal(some_number(store, "SELECT COUNT(*) FROM history WHERE site = $1"), 0);
}

static void assert_counted(struct store *store)
{
	int64_t wrong = -1;

	assert_int_equal(tally_check(store, &wrong), 0);
	assert_int_equal(wrong, 0);
}

/* Whatever devices say, however long they say nothing: the counts are what counting anew gives. */
static void counts_follow_every_change(void **state)
{
	static const enum posture_state states[] = {POSTURE_PASS, POSTURE_FAIL, POSTURE_UNKNOWN,
		POSTURE_NA, POSTURE_EXEMPT, POSTURE_ERROR};
	struct store *store = some_store(state);
	struct device devices[4];
	int64_t now_s = NOW, sequences[4] = {0};
	unsigned random = 7;

	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		devices[i] = enrolled(store, (char)('a' + (char)i));
	}
	assert_counted(store);
	for (size_t n = 0; n < 200; n++) {
		size_t i = (random = random * 1103515245 + 12345) >> 16 & 3;
		size_t said = (random = random * 1103515245 + 12345) >> 16 & 7;

		if (said < ARRAY_LEN(states)) {
			assert_int_equal(report_at(store, &devices[i], ++sequences[i], states[said],
						 0, now_s),
				0);
		} else {
			now_s += 12 * DAY;
			assert_int_equal(sweep(store, now_s), 0);
		}
		assert_counted(store);
	}
	assert_int_equal(device_erase(store, devices[2].id), 0);
	assert_counted(store);
	assert_int_equal(store_do(store, NULL,
				 "UPDATE tallies SET devices = devices + 1 WHERE site = $1 "
				 "AND subject = ''",
				 store_site()),
		0);
	int64_t wrong = 0;
	assert_int_equal(tally_check(store, &wrong), 0);
	assert_true(wrong > 0);
}

/* Each stands for the other: a row that is lost is seen, and one that is no such text. */
static void rows_are_held_against_each_other(void **state)
{
	struct store *store = some_store(state);
	struct device device = enrolled(store, 'a');
	int64_t wrong = 0;

	assert_int_equal(report_at(store, &device, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_counted(store);
	assert_int_equal(
		store_do(store, NULL, "DELETE FROM findings WHERE site = $1", store_site()), 0);
	assert_int_equal(tally_check(store, &wrong), 0);
	assert_int_equal(wrong, 1);
	assert_int_equal(store_do(store, NULL, "UPDATE held SET controls = '2' WHERE site = $1",
				 store_site()),
		0);
	assert_int_equal(tally_check(store, &wrong), -EBADMSG);
	assert_int_equal(report_at(store, &device, 2, POSTURE_PASS, 0, NOW), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(since_comes_from_the_age_and_does_not_wander),
		WITH_STORE(hashes_of_old_reports_are_let_go),
		cmocka_unit_test(reports_are_known_again),
		cmocka_unit_test(reports_are_known_as_earlier_servers_wrote_them),
		WITH_STORE(silence_is_a_state_of_its_own),
		WITH_STORE(what_a_silent_device_passed_is_not_known),
		WITH_STORE(nothing_that_applies_is_no_pass),
		WITH_STORE(counts_follow_every_change),
		WITH_STORE(rows_are_held_against_each_other),
		WITH_STORE(erasing_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
