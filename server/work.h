/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's only threads. A job runs in a lane with that lane's own store connection, then is
 * done on the event thread. Jobs of the write lane share one transaction a batch, and are done
 * only after it is on disk: what was answered is never lost.
 */
#pragma once

#include "base.h"
#include "store.h"

enum work_lane {
	WORK_READ,   /* two threads, a consistent read each */
	WORK_VERIFY, /* two threads, a consistent read for several short jobs: signatures */
	WORK_WRITE,  /* one thread, group commit */
	WORK_SLOW,   /* one thread for what takes long: passwords, signing */
	WORK_SEND,   /* one thread that waits for others: the webhook */
};
#define WORK_LANES 5
#define WORK_QUEUE_MAX 2048 /* jobs waiting in a lane */
#define WORK_SLOW_MAX 16
#define WORK_BATCH_MAX 256 /* jobs of one transaction */
#define WORK_VERIFY_MAX 32 /* likewise, of the lane for signatures */

struct work_job {
	/* In the lane's thread. Negative: what it wrote is undone. */
	int (*run)(struct work_job *job, struct store *store);
	/* On the event thread, exactly once for each job taken. result: of run, or of the commit.
	 */
	void (*done)(struct work_job *job, int result);
	bool erases; /* set by run: what it deletes must leave the disk before it is done */
	int result;
	struct work_job *next;
};

struct work;
must_check int work_new(const char *store_path, struct work **ret_work, const char **ret_error);
/* Runs what is queued to its end, joins the threads, calls what is left of done. */
void work_free(struct work *work);

int work_fd(const struct work *work); /* readable when work_collect has something to do */
void work_collect(struct work *work);
/* -EBUSY when the lane is full: the job stays the caller's */
must_check int work_submit(struct work *work, enum work_lane lane, struct work_job *job);
bool work_idle(struct work *work); /* nothing queued, running or to collect */
