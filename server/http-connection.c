/* SPDX-License-Identifier: Apache-2.0 */
#include "http-connection.h"

#include "answer.h"
#include "http-deadline.h"
#include "http-inbox.h"

#include <string.h>
#include <sys/socket.h>

#define READ_MAX 16384 /* one TLS record, RFC 8446 section 5.1 */
#define LINGER_S 2     /* to read why it was refused */

struct http_exchange {
	struct http_request request;
};

enum phase {
	READS,	 /* a request, or waits for one */
	HANDLES, /* the request is with its handler */
	WRITES,	 /* the answer */
	LINGERS, /* was refused; what still comes is thrown away */
};

struct http_connection {
	struct http_exchange exchange; /* first: handlers know this alone */
	struct http_set *set;
	struct http_connection *next, *prev;
	struct tls_stream stream;
	struct event readable, writable;
	struct http_deadline deadline;
	int64_t silent_ms; /* since when it says nothing whole, where it READS */
	enum phase phase;
	bool deaf;    /* something came while nothing was to be read */
	bool working; /* somebody above on the stack still needs it */
	bool gone;
	bool closes; /* after this answer */
	bool refused;
	bool asked_on; /* 100 Continue was said */

	struct http_inbox inbox;
	struct http_outbox outbox;
};

static void link_first(struct http_connection *c)
{
	struct http_set *set = c->set;

	c->silent_ms = http_deadline_now_ms();
	c->prev = NULL;
	c->next = set->first;
	*(c->next ? &c->next->prev : &set->last) = c;
	set->first = c;
}

static void unlink_from_set(struct http_connection *c)
{
	*(c->prev ? &c->prev->next : &c->set->first) = c->next;
	*(c->next ? &c->next->prev : &c->set->last) = c->prev;
}

static void release(struct http_connection *c)
{
	struct http_set *set = c->set;

	event_del(&c->readable);
	event_del(&c->writable);
	http_deadline_finish(&c->deadline);
	tls_stream_close(&c->stream);
	unlink_from_set(c);
	http_inbox_finish(&c->inbox);
	http_outbox_finish(&c->outbox);
	free(c);
	set->count--;
	set->changed(set->owner);
}

/* It goes once nobody is at work with it: settle. */
static void end(struct http_connection *c)
{
	c->gone = true;
}

static void drop(struct http_connection *c)
{
	c->stream.whole = false;
	c->gone = true;
}

static void settle(struct http_connection *c)
{
	if (c->gone && !c->working) {
		release(c);
	}
}

static void listen_again(struct http_connection *c)
{
	if (c->deaf) {
		c->deaf = false;
		(void)!event_add(&c->readable, NULL);
	}
}

/* The answer has left. */
static void answered(struct http_connection *c)
{
	http_outbox_finish(&c->outbox);
	if (c->refused) {
		c->phase = LINGERS;
		tls_stream_end(&c->stream);
		http_deadline_set(&c->deadline, LINGER_S);
		listen_again(c);
	} else if (c->closes) {
		end(c);
	} else {
		c->phase = READS;
		unlink_from_set(c);
		link_first(c);
		http_inbox_forget(&c->inbox);
		c->asked_on = false;
		http_deadline_set(&c->deadline, c->set->limits.request_s);
		listen_again(c);
	}
}

static void go_on(struct http_connection *c, bool arrived);

static void wait_to_write(struct http_connection *c, bool begins)
{
	if (begins) {
		http_deadline_set(&c->deadline, HTTP_ANSWER_S);
	}
	if (event_add(&c->writable, NULL) < 0) {
		drop(c);
	}
}

static void write_on(struct http_connection *c)
{
	int r = http_outbox_write(&c->outbox, &c->stream);

	if (r == TLS_E_WANT_WRITE) {
		wait_to_write(c, false);
	} else if (r != 0) {
		drop(c);
	} else {
		answered(c);
	}
}

static void became_writable(evutil_socket_t fd, short what, void *data)
{
	struct http_connection *c = data;

	(void)fd;
	(void)what;
	if (c->phase == WRITES) {
		write_on(c);
		go_on(c, false);
	} else if (c->phase == READS) {
		go_on(c, true); /* a handshake that could not go on */
	}
}

static void send_answer(struct http_connection *c, struct http_answer *answer)
{
	int r;

	c->phase = WRITES;
	c->closes = c->closes || c->set->stopping;
	answer->status = answer->status ? answer->status : 500;
	if (c->closes && !c->refused) {
		tls_stream_hold(&c->stream);
	}
	r = http_outbox_put(&c->outbox, &c->set->desk, answer,
		c->exchange.request.method == HTTP_HEAD, c->closes);
	r = r < 0 ? r : http_outbox_write(&c->outbox, &c->stream);
	r = r == TLS_E_WANT_WRITE ? http_outbox_keep(&c->outbox) < 0 ? -ENOMEM : r : r;
	if (r == TLS_E_WANT_WRITE) {
		wait_to_write(c, true);
	} else if (r != 0) {
		drop(c);
	} else {
		answered(c);
	}
}

const struct http_request *http_exchange_request(const struct http_exchange *exchange)
{
	return &exchange->request;
}

void http_send(struct http_exchange *exchange, struct http_answer *answer)
{
	struct http_connection *c = (struct http_connection *)exchange;
	struct http_set *set = c->set;
	bool within = c->working;

	c->working = true;
	send_answer(c, answer);
	if (!within) {
		go_on(c, false);
	}
	set->open--;
	set->changed(set->owner);
}

/* What is no request is answered, too; after it nobody knows where the next one begins. */
static void refuse(struct http_connection *c, int status)
{
	struct http_answer answer = {0};

	c->exchange.request = (struct http_request){0};
	answer_problem(&answer, status, "This is no request that is understood here.");
	c->refused = c->closes = true;
	send_answer(c, &answer);
}

static int ask_on(struct http_connection *c)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	size_t n = 0;

	if (!http_inbox_expects(&c->inbox) || c->asked_on) {
		return 0;
	}
	c->asked_on = true;
	/* Nothing else was written: it fits, or the client is not there. */
	return tls_stream_write(&c->stream, (struct span){text, sizeof(text) - 1}, &n) == 0 &&
			       n == sizeof(text) - 1
		       ? 0
		       : -EPIPE;
}

/* Hands over the next request, where it is whole. MORE; negative: broken */
static int take_request(struct http_connection *c)
{
	int r = http_inbox_take(&c->inbox, &c->exchange.request);

	if (r == HTTP_HEAD_E_MORE) {
		return ask_on(c) < 0 ? -EPIPE : r;
	}
	if (r != 0) {
		refuse(c, r);
		return 0;
	}
	c->closes = c->inbox.head.closes;
	c->phase = HANDLES;
	http_deadline_set(&c->deadline, 0);
	c->set->open++;
	c->set->handler(&c->exchange, c->set->data);
	return 0;
}

/* 0: something came; TLS_E_WANT_READ; -ENODATA: the other side has ended; other negative: broken */
static int read_more(struct http_connection *c)
{
	char bytes[READ_MAX];
	size_t n = 0;
	int r = tls_stream_read(&c->stream, bytes, sizeof(bytes), &n);

	if (r != 0 || n == 0) {
		return r != 0 ? r : -ENODATA;
	}
	return http_inbox_add(&c->inbox, (struct span){bytes, n});
}

static void go_on(struct http_connection *c, bool arrived)
{
	c->working = true;
	while (!c->gone && c->phase == READS) {
		int r = take_request(c);

		if (r == HTTP_HEAD_E_MORE) {
			/* A socket with more than one read takes becomes readable again. */
			r = arrived || tls_stream_holds(&c->stream) ? read_more(c)
								    : TLS_E_WANT_READ;
			arrived = false;
		}
		if (r == -ENODATA) {
			end(c);
		} else if (r < 0) {
			drop(c);
		} else if (r == TLS_E_WANT_READ) {
			break;
		} else if (r == TLS_E_WANT_WRITE) {
			wait_to_write(c, false);
			break;
		}
	}
	c->working = false;
	settle(c);
}

static void throw_away(struct http_connection *c)
{
	char bytes[READ_MAX];
	ssize_t n = recv(c->stream.fd, bytes, sizeof(bytes), 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		drop(c);
		settle(c);
	}
}

static void became_readable(evutil_socket_t fd, short what, void *data)
{
	struct http_connection *c = data;

	(void)fd;
	(void)what;
	if (c->phase == LINGERS) {
		throw_away(c);
	} else if (c->phase == READS) {
		go_on(c, true);
	} else {
		c->deaf = true;
		event_del(&c->readable);
	}
}

static void ran_late(void *data)
{
	struct http_connection *c = data;

	drop(c);
	settle(c);
}

int http_connection_open(struct http_set *set, int fd)
{
	struct http_connection *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		close(fd);
		return -ENOMEM;
	}
	r = tls_stream_open(set->tls, fd, &c->stream);
	if (r < 0) {
		free(c);
		return r;
	}
	c->set = set;
	link_first(c);
	set->count++;
	if (event_assign(&c->readable, set->base, fd, EV_READ | EV_PERSIST, became_readable, c) <
			0 ||
		event_assign(&c->writable, set->base, fd, EV_WRITE, became_writable, c) < 0 ||
		http_deadline_init(&c->deadline, set->base, ran_late, c) < 0 ||
		event_add(&c->readable, NULL) < 0) {
		drop(c);
		settle(c);
		return -ENOMEM;
	}
	http_deadline_set(&c->deadline, set->limits.request_s);
	go_on(c, true);
	return 0;
}

void http_connections_end_silent(struct http_set *set, int64_t silent_ms, size_t max)
{
	int64_t before_ms = http_deadline_now_ms() - silent_ms;
	struct http_connection *c = set->last;

	while (max > 0 && c && c->silent_ms <= before_ms) {
		struct http_connection *later = c->prev;

		if (c->phase == READS && !c->working) {
			drop(c);
			settle(c);
			set->counts.displaced++;
			max--;
		}
		c = later;
	}
}

void http_connections_end(struct http_set *set)
{
	while (set->first) {
		release(set->first);
	}
	str_finish(&set->desk.scratch);
}
