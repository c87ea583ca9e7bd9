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
	WORK_VERIFY, /* two threads, one on one core; a consistent read for several: signatures */
	WORK_WRITE,  /* one thread, group commit */
	WORK_SLOW,   /* one thread for what takes long: passwords, signing */
	WORK_SEND,   /* one thread that waits for others: the webhook, mail */
};
#define WORK_LANES 5
#define WORK_QUEUE_MAX 2048 /* jobs waiting in a lane */
#define WORK_SLOW_MAX 16
#define WORK_BATCH_MAX 256 /* jobs of one transaction */
#define WORK_VERIFY_MAX 32 /* likewise, of the lane for signatures */
/* How long a report waits for others to share its turn with */
#define WORK_VERIFY_WAIT_MS 3
#define WORK_WRITE_WAIT_MS 10

struct work_job {
	/* In the lane's thread. Negative: what it wrote is undone. */
	int (*run)(struct work_job *job, struct store *store);
	/* On the event thread, exactly once for each job taken. result: of run, or of the commit.
	 */
	void (*done)(struct work_job *job, int result);
	/*
	 * Before it is submitted: a report, which reads no counts, may leave its own to the batch,
	 * and may run again when it was undone because another failed.
	 */
	bool shares;
	bool patient; /* before it is submitted: it may wait a moment for others */
	bool erases;  /* set by run: what it deletes must leave the disk before it is done */
	int result;
	int64_t since_ms; /* when it was submitted, of the clock that runs on */
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
/* Jobs that wait in a lane */
size_t work_waiting(struct work *work, enum work_lane lane);
const char *work_lane_name(enum work_lane lane); /* for numbers, one small word */
/* How long the first of a lane's queue has been waiting; 0 where none waits */
int64_t work_wait_ms(struct work *work, enum work_lane lane);
bool work_idle(struct work *work); /* nothing queued, running or to collect */
