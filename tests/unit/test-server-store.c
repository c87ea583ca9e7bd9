/* SPDX-License-Identifier: Apache-2.0 */
/* Time passes in arguments: sessions, links, tokens, devices, throttling; and the lanes. */
#include "auth.h"
#include "device.h"
#include "fleet.h"
#include "throttle.h"
#include "work.h"
#include "unit.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOW ((int64_t)1800000000)
#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)

struct fixture {
	char dir[64];
	char path[96];
	struct store *store;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *error = NULL;

	snprintf(f->dir, sizeof(f->dir), "/tmp/caretaker-store-XXXXXX");
	if (!mkdtemp(f->dir)) {
		return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->dir);
	*state = f;
	return store_open_sqlite(f->path, STORE_CREATE, &f->store, &error);
}

static int tear_down(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	struct fixture *f = *state;
	char path[128];

	store_close(f->store);
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		snprintf(path, sizeof(path), "%s%s", f->path, endings[i]);
		unlink(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static struct store *store_of(void **state)
{
	return ((struct fixture *)*state)->store;
}

static void sessions_end(void **state)
{
	struct store *store = store_of(state);
	struct auth_session session;
	char cookie[SECRET_LEN + 1];
	int64_t t = NOW;

	assert_int_equal(auth_start(store, "ann", NOW, cookie), 0);
	assert_int_equal(auth_check(store, span_z(cookie), NOW, &session), 0);
	assert_string_equal(session.name, "ann");
	assert_int_equal(session.expires, NOW + AUTH_SESSION_S);
	assert_false(session.touch);
	/* Idle */
	assert_int_equal(auth_check(store, span_z(cookie), NOW + AUTH_IDLE_S - 1, &session), 0);
	assert_true(session.touch);
	assert_int_equal(
		auth_check(store, span_z(cookie), NOW + AUTH_IDLE_S, &session), AUTH_E_EXPIRED);
	/* Never idle, and yet not for ever */
	while (t + AUTH_IDLE_S / 2 < NOW + AUTH_SESSION_S) {
		t += AUTH_IDLE_S / 2;
		assert_int_equal(auth_check(store, span_z(cookie), t, &session), 0);
		assert_int_equal(auth_touch(store, session.hash, t), 0);
	}
	assert_int_equal(
		auth_check(store, span_z(cookie), NOW + AUTH_SESSION_S, &session), AUTH_E_EXPIRED);
	assert_int_equal(auth_forget_old(store, NOW + AUTH_SESSION_S), 0);
	assert_int_equal(auth_check(store, span_z(cookie), NOW, &session), AUTH_E_UNKNOWN);
}

static void links_work_once_and_for_a_day(void **state)
{
	struct store *store = store_of(state);
	char link[SECRET_LEN + 1], other[SECRET_LEN + 1];

	assert_int_equal(auth_make_link(store, NOW, link), 0);
	assert_int_equal(auth_make_link(store, NOW, other), 0);
	assert_int_equal(auth_check_link(store, span_z("x"), NOW), AUTH_E_UNKNOWN);
	assert_int_equal(auth_use_link(store, span_z(link), NOW + AUTH_LINK_S - 1), 0);
	assert_int_equal(auth_use_link(store, span_z(link), NOW), AUTH_E_EXPIRED);
	assert_int_equal(auth_use_link(store, span_z(other), NOW + AUTH_LINK_S), AUTH_E_EXPIRED);
}

/* A key as text: what is in it does not matter to the store. */
static const char *key(char fill)
{
	static char text[DEVICE_KEY_LEN + 1];

	memset(text, fill, DEVICE_KEY_LEN);
	return text;
}

static void put_token(struct store *store, const char *token, int64_t uses)
{
	const struct device_token terms = {POLICY_SCHOOL, "staff", uses, NOW + DAY};

	assert_int_equal(device_put_token(store, token, &terms), 0);
}

static void tokens_have_uses_and_an_end(void **state)
{
	struct store *store = store_of(state);
	struct device device;

	put_token(store, "two", 2);
	assert_int_equal(
		device_enrol(store, key('a'), span_z("none"), NOW, &device), DEVICE_E_NO_TOKEN);
	assert_int_equal(device_enrol(store, key('a'), span_z("two"), NOW, &device), 0);
	assert_int_equal(device.number, 1);
	assert_int_equal(device_enrol(store, key('a'), span_z("two"), NOW, &device), 0);
	assert_int_equal(device_enrol(store, key('b'), span_z("two"), NOW + DAY, &device),
		DEVICE_E_TOKEN_USED);
	assert_int_equal(device_enrol(store, key('b'), span_z("two"), NOW, &device), 0);
	assert_int_equal(device.number, 2);
	assert_int_equal(
		device_enrol(store, key('c'), span_z("two"), NOW, &device), DEVICE_E_TOKEN_USED);
	/* The label of one that left is not given again. */
	assert_int_equal(device_erase(store, device.id), 0);
	put_token(store, "three", 1);
	assert_int_equal(device_enrol(store, key('c'), span_z("three"), NOW, &device), 0);
	assert_int_equal(device.number, 3);
}

static struct device enrolled(struct store *store, char fill)
{
	char token[2] = {fill, 0};
	struct device device;

	put_token(store, token, 1);
	assert_int_equal(device_enrol(store, key(fill), span_z(token), NOW, &device), 0);
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
	char hash[32];

	memcpy(report.device, device->id, sizeof(report.device));
	snprintf(hash, sizeof(hash), "%lld", (long long)sequence);
	return device_report(store, &report, hash, now_s, &after);
}

static int64_t number(struct store *store, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(store_query(store, store_row_int, &n, sql, store_site()), 0);
	return n;
}

static void since_comes_from_the_age_and_does_not_wander(void **state)
{
	static const char *const since = "SELECT since FROM controls WHERE site = $1";
	static const char *const changes = "SELECT COUNT(*) FROM history WHERE site = $1";
	struct store *store = store_of(state);
	struct device device = enrolled(store, 'a');
	int64_t hour = NOW - NOW % HOUR;

	assert_int_equal(report_at(store, &device, 1, POSTURE_FAIL, 26, NOW), 0);
	assert_int_equal(number(store, since), hour - 26 * HOUR);
	/* An hour later the age may still round to 26, or to 28 already. */
	assert_int_equal(report_at(store, &device, 2, POSTURE_FAIL, 26, NOW + HOUR), 0);
	assert_int_equal(number(store, since), hour - 26 * HOUR);
	assert_int_equal(number(store, changes), 1);
	/* Failing again, after a pass that nobody heard of */
	assert_int_equal(report_at(store, &device, 3, POSTURE_FAIL, 2, NOW + 9 * HOUR), 0);
	assert_int_equal(number(store, since), hour + 7 * HOUR);
	assert_int_equal(report_at(store, &device, 4, POSTURE_PASS, 0, NOW + 10 * HOUR), 0);
	assert_int_equal(number(store, changes), 2);
	/* An age before time began */
	assert_int_equal(report_at(store, &device, 5, POSTURE_FAIL, INT64_MAX, NOW), 0);
	assert_true(number(store, since) >= 0);
}

static void hashes_of_old_reports_are_let_go(void **state)
{
	struct store *store = store_of(state);
	struct device device = enrolled(store, 'a');

	for (int64_t n = 1; n <= DEVICE_REPORTS_KEPT + 10; n++) {
		assert_int_equal(report_at(store, &device, n, POSTURE_PASS, 0, NOW), 0);
	}
	assert_int_equal(
		number(store, "SELECT COUNT(*) FROM reports WHERE site = $1"), DEVICE_REPORTS_KEPT);
	assert_int_equal(report_at(store, &device, 3, POSTURE_PASS, 0, NOW), DEVICE_E_CONFLICT);
	assert_int_equal(report_at(store, &device, 20, POSTURE_PASS, 0, NOW), 0);
}

static int64_t member(struct json_object *object, const char *outer, const char *name)
{
	struct json_object *in = NULL, *n = NULL;

	assert_true(json_object_object_get_ex(object, outer, &in));
	assert_true(json_object_object_get_ex(in, name, &n));
	return json_object_get_int64(n);
}

static void silence_is_a_state_of_its_own(void **state)
{
	struct store *store = store_of(state);
	struct device one = enrolled(store, 'a'), two = enrolled(store, 'b');
	struct json_object *fleet = NULL, *trend = NULL;

	assert_int_equal(report_at(store, &one, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_int_equal(report_at(store, &two, 1, POSTURE_PASS, 0, NOW + 20 * DAY), 0);
	assert_int_equal(fleet_count_day(store, NOW + 20 * DAY), 0);
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
	struct store *store = store_of(state);
	struct device one = enrolled(store, 'a'), two = enrolled(store, 'b'),
		      three = enrolled(store, 'c');
	struct json_object *list = NULL, *rows = NULL;

	assert_int_equal(report_at(store, &one, 1, POSTURE_PASS, 0, NOW), 0);
	assert_int_equal(report_at(store, &two, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_int_equal(report_at(store, &three, 1, POSTURE_PASS, 0, NOW + 20 * DAY), 0);
	assert_int_equal(counted(store, NOW + 20 * DAY, "pass"), 2);
	assert_int_equal(counted(store, NOW + 22 * DAY, "pass"), 1);
	assert_int_equal(counted(store, NOW + 22 * DAY, "unknown"), 1);
	assert_int_equal(counted(store, NOW + 22 * DAY, "fail"), 1);
	assert_int_equal(fleet_read_controls(store, NOW + 22 * DAY, &list), 0);
	assert_true(json_object_object_get_ex(list, "controls", &rows));
	assert_int_equal(member(json_object_array_get_idx(rows, 0), "counts", "pass"), 1);
	json_object_put(list);
	assert_int_equal(fleet_count_day(store, NOW + 22 * DAY), 0);
	assert_int_equal(number(store, passes), 1);
	assert_int_equal(number(store, unknown), 1);
}

static void nothing_that_applies_is_no_pass(void **state)
{
	struct store *store = store_of(state);
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
	struct store *store = store_of(state);
	struct device device = enrolled(store, 'a');

	assert_int_equal(report_at(store, &device, 1, POSTURE_FAIL, 0, NOW), 0);
	assert_int_equal(device_erase(store, device.id), 0);
	assert_int_equal(number(store, "SELECT COUNT(*) FROM devices WHERE site = $1"), 0);
	assert_int_equal(number(store, "SELECT COUNT(*) FROM controls WHERE site = $1"), 0);
	assert_int_equal(number(store, "SELECT COUNT(*) FROM history WHERE site = $1"), 0);
	assert_int_equal(number(store, "SELECT COUNT(*) FROM reports WHERE site = $1"), 0);
}

static void throttle_waits_longer_and_forgets(void **state)
{
	struct throttle *throttle = NULL;
	int wait_s = -1, longest = 0;
	int64_t t = 1000;

	(void)state;
	assert_int_equal(throttle_new(&throttle), 0);
	for (int i = 0; i < THROTTLE_FREE_TRIES; i++) {
		assert_int_equal(throttle_try(throttle, span_z("ann"), t, &wait_s), 0);
		assert_int_equal(wait_s, 0);
	}
	for (int i = 0; i < 12; i++) {
		assert_int_equal(throttle_try(throttle, span_z("ann"), t, &wait_s), 0);
		assert_true(wait_s >= longest && wait_s > 0 && wait_s <= THROTTLE_WAIT_MAX_S);
		longest = wait_s;
		t += wait_s;
		assert_int_equal(throttle_try(throttle, span_z("ann"), t, &wait_s), 0);
		assert_int_equal(wait_s, 0);
	}
	assert_int_equal(longest, THROTTLE_WAIT_MAX_S);
	t += THROTTLE_FORGET_S + 1;
	for (int i = 0; i < THROTTLE_FREE_TRIES; i++) {
		assert_int_equal(throttle_try(throttle, span_z("ann"), t, &wait_s), 0);
		assert_int_equal(wait_s, 0);
	}
	throttle_forgive(throttle, span_z("ann"));
	assert_int_equal(throttle_try(throttle, span_z("ann"), t, &wait_s), 0);
	assert_int_equal(wait_s, 0);
	throttle_free(throttle);
}

struct job {
	struct work_job job;
	int64_t n;
	int fails;
	int result;
	unsigned *left;
};

static int job_run(struct work_job *work_job, struct store *store)
{
	struct job *job = (struct job *)work_job;
	int r = store_do(store, NULL,
		"INSERT INTO teams (site, name, last_number) VALUES ($1, $2, $3)", store_site(),
		store_text(job->fails ? "fails" : "works"), store_int(job->n));

	return job->fails ? -EBADMSG : r;
}

static void job_done(struct work_job *work_job, int result)
{
	struct job *job = (struct job *)work_job;

	job->result = result;
	(*job->left)--;
}

static void wait_for(struct work *work, const unsigned *left)
{
	while (*left > 0) {
		struct pollfd fd = {work_fd(work), POLLIN, 0};

		assert_true(poll(&fd, 1, -1) == 1);
		work_collect(work);
	}
}

static void one_job_that_fails_undoes_itself_alone(void **state)
{
	struct fixture *f = *state;
	struct job jobs[4] = {{.n = 1}, {.n = 2, .fails = 1}, {.n = 3}, {.n = 4, .fails = 1}};
	struct work *work = NULL;
	const char *error = NULL;
	unsigned left = ARRAY_LEN(jobs);

	assert_int_equal(work_new(f->path, &work, &error), 0);
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
		jobs[i].job.run = job_run;
		jobs[i].job.done = job_done;
		jobs[i].left = &left;
		assert_int_equal(work_submit(work, WORK_WRITE, &jobs[i].job), 0);
	}
	wait_for(work, &left);
	assert_true(work_idle(work));
	assert_int_equal(jobs[0].result, 0);
	assert_int_equal(jobs[1].result, -EBADMSG);
	/* The key is there already: an outcome, for its own job to handle. */
	assert_int_equal(jobs[2].result, STORE_E_CONFLICT);
	assert_int_equal(jobs[3].result, -EBADMSG);
	assert_int_equal(number(f->store, "SELECT COUNT(*) FROM teams WHERE site = $1"), 1);
	/* What is queued when it ends is still done. */
	left = 1;
	jobs[1].fails = 1;
	assert_int_equal(work_submit(work, WORK_WRITE, &jobs[1].job), 0);
	work_free(work);
	assert_int_equal(left, 0);
}

static int reading_run(struct work_job *work_job, struct store *store)
{
	(void)work_job;
	return store_do(store, NULL, "DELETE FROM teams WHERE site = $1", store_site());
}

static void readers_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct work *work = NULL;
	const char *error = NULL;
	unsigned left = 1;
	struct job job = {.job.run = reading_run, .job.done = job_done, .left = &left};

	assert_int_equal(work_new(f->path, &work, &error), 0);
	assert_int_equal(work_submit(work, WORK_READ, &job.job), 0);
	wait_for(work, &left);
	assert_true(job.result < 0);
	work_free(work);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(sessions_end),
		WITH_STORE(links_work_once_and_for_a_day),
		WITH_STORE(tokens_have_uses_and_an_end),
		WITH_STORE(since_comes_from_the_age_and_does_not_wander),
		WITH_STORE(hashes_of_old_reports_are_let_go),
		WITH_STORE(silence_is_a_state_of_its_own),
		WITH_STORE(what_a_silent_device_passed_is_not_known),
		WITH_STORE(nothing_that_applies_is_no_pass),
		WITH_STORE(erasing_leaves_nothing),
		WITH_STORE(one_job_that_fails_undoes_itself_alone),
		WITH_STORE(readers_cannot_write),
		cmocka_unit_test(throttle_waits_longer_and_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
