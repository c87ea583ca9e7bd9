/* SPDX-License-Identifier: Apache-2.0 */
/* A clock of one client, which is set anew with each request and costs next to nothing then. */
#pragma once

#include "base.h"

#include <event2/event.h>
#include <event2/event_struct.h>

struct http_deadline {
	struct event alarm;
	int64_t due_ms;	  /* 0: no hurry */
	int64_t alarm_ms; /* when the alarm rings; 0: it does not run */
	void (*late)(void *data);
	void *data;
};

int64_t http_deadline_now_ms(void); /* of a clock that runs on, to a few ms */
/* late: on the event thread, once for each time that it was set and not set again */
must_check int http_deadline_init(struct http_deadline *deadline, struct event_base *base,
	void (*late)(void *data), void *data);
void http_deadline_set(struct http_deadline *deadline, int seconds); /* 0: no hurry */
void http_deadline_finish(struct http_deadline *deadline);
