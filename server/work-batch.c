/* SPDX-License-Identifier: Apache-2.0 */
#include "work-batch.h"

#include "batch.h"

static void fail_all(struct work_job *first, int result)
{
	for (struct work_job *job = first; job; job = job->next) {
		job->result = result;
	}
}

void work_batch_read(struct store *store, struct work_job *first)
{
	int r = store->ops->begin(store, false);

	if (r < 0) {
		fail_all(first, r);
		return;
	}
	for (struct work_job *job = first; job; job = job->next) {
		job->result = job->run(job, store);
	}
	r = store->ops->commit(store);
	if (r < 0) {
		store->ops->rollback(store);
		fail_all(first, r);
	}
}

static int run_one(struct store *store, struct batch *shared, struct work_job *job)
{
	int r;

	batch_mark(shared);
	store->batch = job->shares ? shared : NULL;
	r = job->run(job, store);
	store->batch = NULL;
	return r;
}

static int run_marked(struct store *store, struct batch *shared, struct work_job *job)
{
	/* Who is no report may ask for what was counted. */
	int r = job->shares ? 0 : batch_write(shared, store), undone;

	r = r < 0 ? r : store->ops->mark(store);
	if (r < 0) {
		return r;
	}
	r = run_one(store, shared, job);
	undone = store->ops->unmark(store, r >= 0);
	if (r < 0) {
		batch_undo(shared);
	}
	return r < 0 ? r : undone < 0 ? undone : r;
}

static bool all_share(const struct work_job *first)
{
	for (const struct work_job *job = first; job; job = job->next) {
		if (!job->shares) {
			return false;
		}
	}
	return true;
}

/* False when one failed: all of it is undone, and nothing is known of any. */
static bool run_together(struct store *store, struct batch *shared, struct work_job *first)
{
	for (struct work_job *job = first; job; job = job->next) {
		job->result = run_one(store, shared, job);
		if (job->result < 0) {
			store->ops->rollback(store);
			batch_clear(shared);
			return false;
		}
	}
	return true;
}

static bool has_erased(const struct work_job *first)
{
	for (const struct work_job *job = first; job; job = job->next) {
		if (job->erases) {
			return true;
		}
	}
	return false;
}

void work_batch_write(struct store *store, struct batch *shared, struct work_job *first)
{
	int r = store->ops->begin(store, true);
	bool done = r == 0 && all_share(first) && run_together(store, shared, first);

	if (r == 0 && !done && all_share(first)) {
		r = store->ops->begin(store, true);
	}
	if (r < 0) {
		fail_all(first, r);
		return;
	}
	for (struct work_job *job = done ? NULL : first; job; job = job->next) {
		job->result = run_marked(store, shared, job);
	}
	r = batch_write(shared, store);
	r = r < 0 ? r : store->ops->commit(store);
	batch_clear(shared);
	if (r < 0) {
		store->ops->rollback(store);
		fail_all(first, r);
	} else if (has_erased(first)) {
		/* A scrub that must wait for a reader is made up for by the next, or at the end. */
		(void)!store->ops->scrub(store);
	}
}
