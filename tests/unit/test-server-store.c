/* SPDX-License-Identifier: Apache-2.0 */
#include "auth.h"
#include "device.h"
#include "some-store.h"
#include "throttle.h"
#include "work.h"

#include <poll.h>

static void sessions_end(void **state)
{
	struct store *store = some_store(state);
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
	struct store *store = some_store(state);
	const struct auth_link terms = {
		"ann", {2, {{ROLE_VIEWER, ""}, {ROLE_TECHNICIAN, "class-3"}}}};
	const int64_t end = NOW + AUTH_LINK_S;
	char link[SECRET_LEN + 1], other[SECRET_LEN + 1];
	struct auth_link found;

	assert_int_equal(auth_make_link(store, &terms, end, link), 0);
	assert_int_equal(auth_make_link(store, &terms, end, other), 0);
	assert_int_equal(auth_check_link(store, span_z("x"), NOW, &found), AUTH_E_UNKNOWN);
	assert_int_equal(auth_use_link(store, span_z(link), end - 1, &found), 0);
	assert_string_equal(found.account, "ann");
	assert_int_equal(found.grants.n, 2);
	assert_int_equal(found.grants.items[1].role, ROLE_TECHNICIAN);
	assert_string_equal(found.grants.items[1].team, "class-3");
	assert_int_equal(auth_use_link(store, span_z(link), NOW, &found), AUTH_E_EXPIRED);
	assert_int_equal(auth_use_link(store, span_z(other), end, &found), AUTH_E_EXPIRED);
}

static void tokens_have_uses_and_an_end(void **state)
{
	struct store *store = some_store(state);
	struct device device;

	some_token(store, "two", 2);
	assert_int_equal(device_enrol(store, some_key('a'), span_z("none"), NOW, &device),
		DEVICE_E_NO_TOKEN);
	assert_int_equal(device_enrol(store, some_key('a'), span_z("two"), NOW, &device), 0);
	assert_int_equal(device.number, 1);
	assert_int_equal(device_enrol(store, some_key('a'), span_z("two"), NOW, &device), 0);
	assert_int_equal(device_enrol(store, some_key('b'), span_z("two"), NOW + DAY, &device),
		DEVICE_E_TOKEN_USED);
	assert_int_equal(device_enrol(store, some_key('b'), span_z("two"), NOW, &device), 0);
	assert_int_equal(device.number, 2);
	assert_int_equal(device_enrol(store, some_key('c'), span_z("two"), NOW, &device),
		DEVICE_E_TOKEN_USED);
	/* The label of one that left is not given again. */
	assert_int_equal(device_erase(store, device.id), 0);
	some_token(store, "three", 1);
	assert_int_equal(device_enrol(store, some_key('c'), span_z("three"), NOW, &device), 0);
	assert_int_equal(device.number, 3);
}

static void throttle_waits_longer_and_forgets(void **state)
{
	struct store *throttle = some_store(state);
	int wait_s = -1, longest = 0;
	int64_t t = NOW;

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
	assert_int_equal(throttle_forgive(throttle, span_z("ann")), 0);
	assert_int_equal(throttle_try(throttle, span_z("ann"), t, &wait_s), 0);
	assert_int_equal(wait_s, 0);
	assert_int_equal(throttle_forget_old(throttle, t + THROTTLE_FORGET_S + 1), 0);
	assert_int_equal(store_query(throttle, store_row_int, &t,
				 "SELECT COUNT(*) FROM tries WHERE site = $1", store_site()),
		0);
	assert_int_equal(t, 0);
}

/* Whoever waits because of a clock that was wrong waits no longer than anybody. */
static void throttle_forgets_what_a_wrong_clock_said(void **state)
{
	struct store *store = some_store(state);
	int wait_s = -1;

	for (int i = 0; i < THROTTLE_FREE_TRIES; i++) {
		assert_int_equal(throttle_try(store, span_z("ann"), NOW + 86400, &wait_s), 0);
	}
	assert_int_equal(throttle_try(store, span_z("ann"), NOW, &wait_s), 0);
	assert_int_equal(wait_s, 0);
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
	struct some_store_file *f = *state;
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
	assert_int_equal(some_number(f->store, "SELECT COUNT(*) FROM teams WHERE site = $1"), 1);
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

/* The writer of a server that runs for months has seen each kind of act; none may be one too many.
 */
static void every_statement_has_a_place(void **state)
{
	static char statements[STORE_STATEMENTS_MAX - 64][64];
	struct store *store = some_store(state);

	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		int64_t n = -1;

		snprintf(statements[i], sizeof(statements[i]), "SELECT %zu WHERE $1 <> ''", i);
		assert_int_equal(
			store_query(store, store_row_int, &n, statements[i], store_site()), 0);
		assert_int_equal(n, (int64_t)i);
	}
}

static void readers_cannot_write(void **state)
{
	struct some_store_file *f = *state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(sessions_end),
		WITH_STORE(links_work_once_and_for_a_day),
		WITH_STORE(tokens_have_uses_and_an_end),
		WITH_STORE(one_job_that_fails_undoes_itself_alone),
		WITH_STORE(every_statement_has_a_place),
		WITH_STORE(readers_cannot_write),
		WITH_STORE(throttle_waits_longer_and_forgets),
		WITH_STORE(throttle_forgets_what_a_wrong_clock_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
