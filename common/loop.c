/* SPDX-License-Identifier: Apache-2.0 */
#include "loop-source.h"

#include "rest.h"

#include <sys/epoll.h>

#define BATCH_MAX 16

int loop_new(struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop) {
		return -ENOMEM;
	}
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		int r = -errno;

		free(loop);
		return r;
	}
	*ret_loop = loop;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop) {
		return;
	}
	for (struct loop_source *s = loop->sources; s;) {
		struct loop_source *next = s->next;

		/* The owner still holds it: it frees a husk later. */
		loop_source_detach(s);
		if (s->dead) {
			free(s);
		}
		s = next;
	}
	close(loop->epoll_fd);
	free(loop);
}

void loop_free_p(struct loop **loop)
{
	loop_free(*loop);
}

void loop_quit(struct loop *loop, int code)
{
	loop->quit = true;
	loop->code = code;
}

/* Sources freed during a batch stay as husks until nobody can point at them any more. */
static void sweep(struct loop *loop)
{
	struct loop_source *next;

	if (!loop->have_dead) {
		return;
	}
	loop->have_dead = false;
	for (struct loop_source *s = loop->sources; s; s = next) {
		next = s->next;
		if (s->dead) {
			loop_source_detach(s);
			free(s);
		}
	}
}

/* The oldest deferred call still to run, of those deferred up to this number */
static struct loop_source *next_deferred(struct loop *loop, uint64_t until)
{
	struct loop_source *oldest = NULL;

	for (struct loop_source *s = loop->sources; s; s = s->next) {
		if (s->armed && s->defer_number <= until &&
			(!oldest || s->defer_number < oldest->defer_number)) {
			oldest = s;
		}
	}
	return oldest;
}

static int run_deferred(struct loop *loop)
{
	/* Those that a deferred call defers have a later number and wait for the next round. */
	uint64_t until = loop->defer_count;

	while (loop->deferred > 0 && !loop->quit) {
		struct loop_source *s = next_deferred(loop, until);
		int r;

		if (!s) {
			break;
		}
		s->armed = false;
		loop->deferred--;
		r = s->fn.plain(s, s->data);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int run_batch(struct loop *loop, struct epoll_event *events, int n)
{
	for (int i = 0; i < n && !loop->quit; i++) {
		struct loop_source *s = events[i].data.ptr;
		int r;

		if (s->dead) {
			continue;
		}
		r = loop_source_dispatch(s, events[i].events);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

/* Whoever waits is served first: idle is for when there is nothing else. */
REST_PATH static int wait_events(struct loop *loop, struct epoll_event *events)
{
	bool settle = loop->idle && loop->worked;
	int wait_ms = loop->deferred ? 0 : settle ? loop->linger_ms : -1;
	int n = epoll_wait(loop->epoll_fd, events, BATCH_MAX, wait_ms);

	if (n == 0 && settle && !loop->deferred) {
		loop->worked = false;
		loop->idle(loop->idle_data);
		n = epoll_wait(loop->epoll_fd, events, BATCH_MAX, -1);
	}
	return n < 0 ? -errno : n;
}

REST_PATH static int run_once(struct loop *loop)
{
	struct epoll_event events[BATCH_MAX];
	int r, n;

	r = run_deferred(loop);
	sweep(loop);
	if (r < 0 || loop->quit) {
		return r;
	}
	n = wait_events(loop, events);
	if (n < 0) {
		return n == -EINTR ? 0 : n;
	}
	loop->worked = true;
	r = run_batch(loop, events, n);
	sweep(loop);
	return r;
}

void loop_set_idle(struct loop *loop, int linger_ms, void (*fn)(void *data), void *data)
{
	loop->linger_ms = linger_ms;
	loop->idle = fn;
	loop->idle_data = data;
	loop->worked = true;
}

REST_PATH int loop_run(struct loop *loop)
{
	int r = 0;

	if (loop->running) {
		return -EBUSY;
	}
	loop->running = true;
	loop->quit = false;
	while (r >= 0 && !loop->quit) {
		r = run_once(loop);
	}
	loop->running = false;
	return r < 0 ? r : loop->code;
}
