/* SPDX-License-Identifier: Apache-2.0 */
#include "work.h"

#include "batch.h"
#include "clock.h"
#include "work-batch.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>

#define THREADS 7
#define NS_OF_MS 1000000L
#define NS_OF_S 1000000000L

struct queue {
	struct work_job *head;
	struct work_job **tail;
	size_t len;
};

struct lane {
	struct queue queue;
	bool hurries; /* one of the queue waits for no others */
	size_t max;
	pthread_cond_t wake;
};

struct thread {
	struct work *work;
	enum work_lane lane;
	struct store *store;
	struct batch *batch; /* of the lane that writes */
	pthread_t id;
	bool started;
};

struct work {
	pthread_mutex_t lock;
	struct lane lanes[WORK_LANES];
	struct queue done;
	struct thread threads[THREADS];
	size_t outstanding; /* submitted and not yet done */
	bool stopping;
	int fd;
};

static const enum work_lane thread_lanes[THREADS] = {
	WORK_READ, WORK_READ, WORK_VERIFY, WORK_VERIFY, WORK_WRITE, WORK_SLOW, WORK_SEND};

static const size_t batch_max[WORK_LANES] = {
	[WORK_READ] = 1,
	[WORK_VERIFY] = WORK_VERIFY_MAX,
	[WORK_WRITE] = WORK_BATCH_MAX,
	[WORK_SLOW] = 1,
	[WORK_SEND] = 1,
};

/*
 * What costs the same for one job as for many, a turn of a thread and a commit, waits a moment for
 * more of them, unless somebody looks on: a lane's thread takes what there is after so long, or
 * once there is enough.
 */
static const struct gathering {
	long wait_ms;
	size_t enough;
} gathering[WORK_LANES] = {
	[WORK_VERIFY] = {WORK_VERIFY_WAIT_MS, WORK_VERIFY_MAX / 2},
	[WORK_WRITE] = {WORK_WRITE_WAIT_MS, WORK_BATCH_MAX / 4},
};

static void queue_init(struct queue *queue)
{
	queue->head = NULL;
	queue->tail = &queue->head;
	queue->len = 0;
}

static void queue_push(struct queue *queue, struct work_job *job)
{
	job->next = NULL;
	*queue->tail = job;
	queue->tail = &job->next;
	queue->len++;
}

static struct work_job *queue_pop(struct queue *queue)
{
	struct work_job *job = queue->head;

	if (job) {
		queue->head = job->next;
		queue->len--;
		if (!queue->head) {
			queue->tail = &queue->head;
		}
	}
	return job;
}

static bool gathers(const struct lane *lane, const struct gathering *by)
{
	return lane->queue.head && !lane->hurries && lane->queue.len < by->enough;
}

/* With the lock, which it gives up meanwhile: another may have taken all of it then. */
static void wait_for_more(struct work *work, struct lane *lane, const struct gathering *by)
{
	struct timespec until;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += by->wait_ms * NS_OF_MS;
	until.tv_sec += until.tv_nsec / NS_OF_S;
	until.tv_nsec %= NS_OF_S;
	while (r == 0 && !work->stopping && gathers(lane, by)) {
		r = pthread_cond_timedwait(&lane->wake, &work->lock, &until);
	}
}

/* Waits for jobs and takes up to max of them; false when the lane is to end. */
static bool take(struct thread *thread, size_t max, struct queue *ret_batch)
{
	struct work *work = thread->work;
	struct lane *lane = &work->lanes[thread->lane];
	struct work_job *job;

	queue_init(ret_batch);
	pthread_mutex_lock(&work->lock);
	while (!lane->queue.head && !work->stopping) {
		pthread_cond_wait(&lane->wake, &work->lock);
		wait_for_more(work, lane, &gathering[thread->lane]);
	}
	while (ret_batch->len < max && (job = queue_pop(&lane->queue))) {
		queue_push(ret_batch, job);
	}
	lane->hurries = lane->hurries && lane->queue.head;
	pthread_mutex_unlock(&work->lock);
	return ret_batch->len > 0;
}

static void hand_back(struct work *work, struct queue *batch)
{
	const uint64_t one = 1;
	struct work_job *job;
	bool told;

	pthread_mutex_lock(&work->lock);
	told = work->done.head;
	while ((job = queue_pop(batch))) {
		queue_push(&work->done, job);
	}
	pthread_mutex_unlock(&work->lock);
	/* Who collects takes all; a full counter is readable already, so that nothing is lost. */
	if (!told) {
		(void)!write(work->fd, &one, sizeof(one));
	}
}

static void run_slow(struct store *store, struct queue *batch)
{
	for (struct work_job *job = batch->head; job; job = job->next) {
		job->result = job->run(job, store);
	}
}

static void *thread_main(void *data)
{
	struct thread *thread = data;
	struct queue batch;

	while (take(thread, batch_max[thread->lane], &batch)) {
		if (thread->lane == WORK_SLOW || thread->lane == WORK_SEND) {
			run_slow(thread->store, &batch);
		} else if (thread->lane == WORK_WRITE) {
			work_batch_write(thread->store, thread->batch, batch.head);
		} else {
			work_batch_read(thread->store, batch.head);
		}
		hand_back(thread->work, &batch);
	}
	return NULL;
}

/* Signals belong to the event thread's signalfd: the others block all. */
static int start_thread(struct thread *thread)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread->id, NULL, thread_main, thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	thread->started = r == 0;
	return -r;
}

/* Where there is one core, a second thread for signatures halves what the first takes at a time. */
static bool is_of_use(size_t i)
{
	bool second = i > 0 && thread_lanes[i] == WORK_VERIFY && thread_lanes[i - 1] == WORK_VERIFY;
	cpu_set_t cores;

	return !second || sched_getaffinity(0, sizeof(cores), &cores) < 0 || CPU_COUNT(&cores) > 1;
}

static int start_all(struct work *work, const char *store_path, const char **ret_error)
{
	for (size_t i = 0; i < THREADS; i++) {
		struct thread *thread = &work->threads[i];
		int r;

		if (!is_of_use(i)) {
			continue;
		}
		thread->work = work;
		thread->lane = thread_lanes[i];
		r = store_open(store_path, thread->lane == WORK_WRITE ? STORE_WRITE : STORE_READ,
			&thread->store, ret_error);
		if (r != 0) {
			return r > 0 ? -EBADMSG : r;
		}
		r = thread->lane == WORK_WRITE ? batch_new(&thread->batch) : 0;
		if (r < 0) {
			*ret_error = "out of memory";
			return r;
		}
	}
	for (size_t i = 0; i < THREADS; i++) {
		int r = work->threads[i].store ? start_thread(&work->threads[i]) : 0;

		if (r < 0) {
			*ret_error = "a thread cannot be started";
			return r;
		}
	}
	return 0;
}

int work_new(const char *store_path, struct work **ret_work, const char **ret_error)
{
	struct work *work = calloc(1, sizeof(*work));
	pthread_condattr_t clock;
	int r;

	if (!work) {
		*ret_error = "out of memory";
		return -ENOMEM;
	}
	pthread_mutex_init(&work->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	queue_init(&work->done);
	for (size_t i = 0; i < WORK_LANES; i++) {
		queue_init(&work->lanes[i].queue);
		work->lanes[i].max = i == WORK_SLOW ? WORK_SLOW_MAX : WORK_QUEUE_MAX;
		pthread_cond_init(&work->lanes[i].wake, &clock);
	}
	pthread_condattr_destroy(&clock);
	work->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (work->fd < 0) {
		*ret_error = "no event descriptor";
		r = -errno;
	} else {
		r = start_all(work, store_path, ret_error);
	}
	if (r < 0) {
		work_free(work);
		return r;
	}
	*ret_work = work;
	return 0;
}

void work_free(struct work *work)
{
	if (!work) {
		return;
	}
	pthread_mutex_lock(&work->lock);
	work->stopping = true;
	for (size_t i = 0; i < WORK_LANES; i++) {
		pthread_cond_broadcast(&work->lanes[i].wake);
	}
	pthread_mutex_unlock(&work->lock);
	for (size_t i = 0; i < THREADS; i++) {
		if (work->threads[i].started) {
			pthread_join(work->threads[i].id, NULL);
		}
		store_close(work->threads[i].store);
		batch_free(work->threads[i].batch);
	}
	work_collect(work);
	for (size_t i = 0; i < WORK_LANES; i++) {
		pthread_cond_destroy(&work->lanes[i].wake);
	}
	pthread_mutex_destroy(&work->lock);
	if (work->fd >= 0) {
		close(work->fd);
	}
	free(work);
}

int work_fd(const struct work *work)
{
	return work->fd;
}

void work_collect(struct work *work)
{
	struct queue batch;
	struct work_job *job;
	uint64_t count;

	(void)!read(work->fd, &count, sizeof(count));
	queue_init(&batch);
	pthread_mutex_lock(&work->lock);
	while ((job = queue_pop(&work->done))) {
		queue_push(&batch, job);
		work->outstanding--;
	}
	pthread_mutex_unlock(&work->lock);
	while ((job = queue_pop(&batch))) {
		job->done(job, job->result);
	}
}

int work_submit(struct work *work, enum work_lane lane, struct work_job *job)
{
	struct lane *to = &work->lanes[lane];
	int r = 0;

	pthread_mutex_lock(&work->lock);
	if (to->queue.len >= to->max || work->stopping) {
		r = -EBUSY;
	} else {
		job->since_ms = clock_read().boot_ms;
		queue_push(&to->queue, job);
		to->hurries = to->hurries || !job->patient;
		work->outstanding++;
		/* Whoever gathers is woken by the first, and once there is enough. */
		if (!gathers(to, &gathering[lane]) || to->queue.len == 1) {
			pthread_cond_signal(&to->wake);
		}
	}
	pthread_mutex_unlock(&work->lock);
	return r;
}

size_t work_waiting(struct work *work, enum work_lane lane)
{
	size_t n;

	pthread_mutex_lock(&work->lock);
	n = work->lanes[lane].queue.len;
	pthread_mutex_unlock(&work->lock);
	return n;
}

const char *work_lane_name(enum work_lane lane)
{
	static const char *const names[WORK_LANES] = {
		[WORK_READ] = "read",
		[WORK_VERIFY] = "verify",
		[WORK_WRITE] = "write",
		[WORK_SLOW] = "slow",
		[WORK_SEND] = "send",
	};

	return names[lane];
}

int64_t work_wait_ms(struct work *work, enum work_lane lane)
{
	const struct work_job *first;
	int64_t since_ms = 0;

	pthread_mutex_lock(&work->lock);
	first = work->lanes[lane].queue.head;
	if (first) {
		since_ms = first->since_ms;
	}
	pthread_mutex_unlock(&work->lock);
	return first ? clock_read().boot_ms - since_ms : 0;
}

bool work_idle(struct work *work)
{
	bool idle;

	pthread_mutex_lock(&work->lock);
	idle = work->outstanding == 0;
	pthread_mutex_unlock(&work->lock);
	return idle;
}
