/* SPDX-License-Identifier: Apache-2.0 */
#include "http-deadline.h"

#include <time.h>

#define MS 1000

int64_t http_deadline_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (int64_t)ts.tv_sec * MS + ts.tv_nsec / 1000000;
}

static void rang(evutil_socket_t fd, short what, void *data)
{
	struct http_deadline *deadline = data;
	int64_t left_ms = deadline->due_ms - http_deadline_now_ms();
	struct timeval tv = {.tv_sec = left_ms / MS, .tv_usec = left_ms % MS * MS};

	(void)fd;
	(void)what;
	deadline->alarm_ms = 0;
	if (deadline->due_ms == 0) {
		return;
	}
	if (left_ms <= 0 || event_add(&deadline->alarm, &tv) < 0) {
		deadline->late(deadline->data);
		return;
	}
	deadline->alarm_ms = deadline->due_ms;
}

int http_deadline_init(struct http_deadline *deadline, struct event_base *base,
	void (*late)(void *data), void *data)
{
	deadline->late = late;
	deadline->data = data;
	return evtimer_assign(&deadline->alarm, base, rang, deadline) < 0 ? -EINVAL : 0;
}

/* An alarm that runs already is left alone where it rings early enough: it looks again then. */
void http_deadline_set(struct http_deadline *deadline, int seconds)
{
	struct timeval tv = {.tv_sec = seconds};
	int64_t due_ms = http_deadline_now_ms() + (int64_t)seconds * MS;

	deadline->due_ms = seconds > 0 ? due_ms : 0;
	if (seconds > 0 && (deadline->alarm_ms == 0 || due_ms < deadline->alarm_ms)) {
		deadline->alarm_ms = event_add(&deadline->alarm, &tv) == 0 ? due_ms : 0;
	}
}

void http_deadline_finish(struct http_deadline *deadline)
{
	event_del(&deadline->alarm);
}
