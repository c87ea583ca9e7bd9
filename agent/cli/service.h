/* SPDX-License-Identifier: Apache-2.0 */
/* One question to caretakerd over its control socket, and its one answer. */
#pragma once

#include "base.h"
#include "json.h"

#define SERVICE_FORMAT 1
#define SERVICE_CODE_MAX 48
#define SERVICE_TEXT_MAX 256
#define SERVICE_QUICK_MS 20000 /* questions */
/* What waits for a server, or for the firewall of a slow machine: caretakerd gives up before. */
#define SERVICE_LONG_MS 660000

enum service_outcome {
	SERVICE_E_ABSENT = 1, /* nothing listens there */
	SERVICE_E_DENIED,     /* this user may not connect */
	SERVICE_E_TIMEOUT,    /* no answer in time */
	SERVICE_E_CLOSED,     /* it hung up before it answered */
	SERVICE_E_PROTOCOL,   /* it answered something else, or another format */
	SERVICE_E_REFUSED,    /* it answered an error: refusal says which */
};

/* Words of the other side: print them through a page only. */
struct service_refusal {
	char code[SERVICE_CODE_MAX + 1];
	char text[SERVICE_TEXT_MAX + 1];
};

typedef void (*service_progress_fn)(const char *step, int64_t done, int64_t of, void *data);

struct service_call {
	const char *socket;
	int64_t timeout_ms;	      /* for the whole question, however much progress is told */
	service_progress_fn progress; /* may be NULL */
	void *data;
};

/* ret_reply is an object with "format": SERVICE_FORMAT; the caller puts it. */
must_check int service_ask(const struct service_call *call, struct json_object *request,
	struct service_refusal *ret_refusal, struct json_object **ret_reply);
/* The same over an fd that is connected already; fd stays the caller's. */
must_check int service_ask_fd(int fd, const struct service_call *call, struct json_object *request,
	struct service_refusal *ret_refusal, struct json_object **ret_reply);

/* For questions that are answered more than once. SERVICE_E_ABSENT, SERVICE_E_DENIED, -errno */
must_check int service_connect(const char *socket, int *ret_fd);
must_check int service_send(int fd, struct json_object *request);
/* One message of an fd that can be read: *ret_done when it was an answer. The caller puts it. */
must_check int service_take(int fd, const struct service_call *call,
	struct service_refusal *ret_refusal, struct json_object **ret_reply, bool *ret_done);

/* {"verb": verb}; NULL on out of memory. The caller puts it. */
struct json_object *service_request(const char *verb);
/* Adds a string to it. */
must_check int service_request_add(
	struct json_object *request, const char *name, const char *value);
