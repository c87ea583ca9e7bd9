/* SPDX-License-Identifier: Apache-2.0 */
/* Reports that share a transaction: their counts are written once, and what fails is undone. */
#include "batch.h"
#include "some-store.h"
#include "tally.h"
#include "work-batch.h"

#define REPORTS 40

struct post {
	struct work_job job;
	struct device device;
	int64_t sequence;
	enum posture_state verdict;
	int64_t runs;
	int fails; /* after it has written */
};

static int take(struct work_job *job, struct store *store)
{
	struct post *post = (struct post *)job;
	struct report_control control = {"disk.encrypted", post->verdict, POSTURE_NOT_ENCRYPTED, 0};
	struct report report = {.kind = REPORT_FULL,
		.sequence = post->sequence,
		.policy = 1,
		.unit = REPORT_HOURS,
		.controls = &control,
		.n_controls = 1};
	struct device after;
	char hash[SECRET_HASH_LEN + 1];
	int r;

	post->runs++;
	memcpy(report.device, post->device.id, sizeof(report.device));
	some_hash(post->sequence, hash);
	r = device_report(store, &report, &(struct device_signed){post->device.public_key, hash},
		NOW, &after);
	return r < 0 ? r : post->fails;
}

struct counting {
	struct work_job job;
	int64_t wrong;
};

static int count_anew(struct work_job *job, struct store *store)
{
	return tally_check(store, &((struct counting *)job)->wrong);
}

static void some_posts(struct store *store, struct post posts[REPORTS])
{
	some_token(store, "t", REPORTS);
	for (size_t i = 0; i < REPORTS; i++) {
		char key[DEVICE_KEY_LEN + 1];

		snprintf(key, sizeof(key), "%086zu", i);
		posts[i] = (struct post){.sequence = 1,
			.verdict = i % 3 ? POSTURE_FAIL : POSTURE_PASS,
			.job = {.run = take,
				.shares = true,
				.next = i + 1 < REPORTS ? &posts[i + 1].job : NULL}};
		assert_int_equal(device_enrol(store, key, span_z("t"), NOW, &posts[i].device), 0);
	}
}

static void assert_counted(struct store *store)
{
	int64_t wrong = -1;

	assert_int_equal(tally_check(store, &wrong), 0);
	assert_int_equal(wrong, 0);
}

static int64_t taken(struct store *store)
{
	return some_number(store, "SELECT COUNT(*) FROM devices WHERE site = $1 AND sequence = 1");
}

static struct batch *some_batch(void)
{
	struct batch *batch = NULL;

	assert_int_equal(batch_new(&batch), 0);
	return batch;
}

static void counts_are_written_with_the_last_of_them(void **state)
{
	struct store *store = some_store(state);
	struct batch *batch = some_batch();
	struct post posts[REPORTS];

	some_posts(store, posts);
	work_batch_write(store, batch, &posts[0].job);
	for (size_t i = 0; i < REPORTS; i++) {
		assert_int_equal(posts[i].job.result, 0);
		assert_int_equal(posts[i].runs, 1);
	}
	assert_int_equal(taken(store), REPORTS);
	assert_counted(store);
	assert_int_equal(some_number(store, "SELECT devices FROM totals WHERE site = $1 AND "
					    "subject = 'disk.encrypted' AND state = 'pass'"),
		(REPORTS + 2) / 3);
	batch_free(batch);
}

/* The one that fails is not kept, nor counted; the others are, though all had to run again. */
static void what_fails_is_undone_alone(void **state)
{
	struct store *store = some_store(state);
	struct batch *batch = some_batch();
	struct post posts[REPORTS];

	some_posts(store, posts);
	posts[REPORTS / 2].fails = -EBADMSG;
	work_batch_write(store, batch, &posts[0].job);
	for (size_t i = 0; i < REPORTS; i++) {
		assert_int_equal(posts[i].job.result, posts[i].fails);
	}
	assert_int_equal(posts[0].runs, 2);
	assert_int_equal(posts[REPORTS - 1].runs, 1);
	assert_int_equal(taken(store), REPORTS - 1);
	assert_counted(store);
	/* What was refused comes again. */
	posts[REPORTS / 2].fails = 0;
	posts[REPORTS / 2].job.next = NULL;
	work_batch_write(store, batch, &posts[REPORTS / 2].job);
	assert_int_equal(posts[REPORTS / 2].job.result, 0);
	assert_int_equal(taken(store), REPORTS);
	assert_counted(store);
	batch_free(batch);
}

static void who_reads_counts_between_reports_finds_them(void **state)
{
	struct store *store = some_store(state);
	struct batch *batch = some_batch();
	struct post posts[REPORTS];
	struct counting counting = {.job.run = count_anew, .wrong = -1};

	some_posts(store, posts);
	counting.job.next = posts[9].job.next;
	posts[9].job.next = &counting.job;
	posts[20].fails = -EIO;
	work_batch_write(store, batch, &posts[0].job);
	assert_int_equal(counting.job.result, 0);
	assert_int_equal(counting.wrong, 0);
	assert_int_equal(posts[0].runs, 1);
	assert_int_equal(taken(store), REPORTS - 1);
	assert_counted(store);
	batch_free(batch);
}

/* More names than it holds: those behind are for the caller to write. */
static void a_full_one_says_so(void **state)
{
	struct batch *batch = some_batch();
	char subject[32];

	(void)state;
	for (size_t i = 0; i <= BATCH_COUNTS_MAX; i++) {
		snprintf(subject, sizeof(subject), "control.%zu", i);
		batch_mark(batch);
		assert_int_equal(
			batch_count(batch, "lab", subject, "pass", 1), i < BATCH_COUNTS_MAX);
	}
	assert_true(batch_count(batch, "lab", "control.0", "pass", 1));
	assert_false(batch_count(batch, "a-group-of-far-too-long-a-name", "x.y", "pass", 1));
	batch_clear(batch);
	assert_true(batch_count(batch, "lab", subject, "pass", 1));
	batch_free(batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(counts_are_written_with_the_last_of_them),
		WITH_STORE(what_fails_is_undone_alone),
		WITH_STORE(who_reads_counts_between_reports_finds_them),
		cmocka_unit_test(a_full_one_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
