/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One client: its bytes, its requests one after the other, and its deadline. What a set of clients
 * shares belongs to http.c; all of it is the event thread's.
 *
 * While a request is with its handler nothing is read, and the connection stays. Between requests
 * it goes when the client goes, when its clock runs out, or when what came is no request.
 */
#pragma once

#include "http-outbox.h"

#include <event2/event.h>

struct http_connection;

/* Of the loop: what was begun goes before what is to be begun, and libevent's own middle is 1. */
#define HTTP_PRIORITIES 3
#define HTTP_PRIORITY_BEGIN 2

struct http_set {
	struct event_base *base;
	struct tls *tls; /* NULL: plain text */
	struct http_limits limits;
	http_handler_fn handler;
	void *data;
	void (*changed)(void *owner); /* fewer connections, or fewer exchanges */
	void *owner;
	bool stopping;
	size_t count;			      /* connections */
	size_t open;			      /* exchanges that are not answered yet */
	struct http_connection *first, *last; /* who began to be silent last, and first */
	struct http_counts counts;
	struct http_desk desk;
};

/* Takes fd over, also when it fails. What it has said already is read at once. */
must_check int http_connection_open(struct http_set *set, int fd);
/* Ends at most max of those who have said nothing whole for so long, the longest silent first. */
void http_connections_end_silent(struct http_set *set, int64_t silent_ms, size_t max);
/* Ends all, whatever they wait for, and gives back what the set holds. */
void http_connections_end(struct http_set *set);
