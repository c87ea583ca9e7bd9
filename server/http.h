/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server and the event loop of caretaker-server, over libevent's loop, which http.c,
 * http-door.c and http-connection.c alone know; handlers see these structs alone. HTTP/1.1, no
 * trailers.
 *
 * A handler, or what it set going, calls http_send exactly once for each exchange. No address of
 * a client is ever read.
 */
#pragma once

#include "base.h"
#include "str.h"

#define HTTP_BODY_MAX ((size_t)96 << 10)
#define HTTP_HEADERS_MAX 8192
#define HTTP_ANSWER_S 60 /* to read an answer */
#define HTTP_COOKIE_MAX 160

enum http_method { HTTP_GET = 1, HTTP_HEAD = 2, HTTP_POST = 4, HTTP_DELETE = 8, HTTP_OTHER = 16 };

/* Spans live as long as the exchange; an absent header is empty, one that came twice too. */
struct http_request {
	enum http_method method;
	struct span target;
	struct span accept_encoding;
	struct span host;
	struct span origin;
	struct span cookie;
	struct span content_type;
	struct span authorization;
	struct span marker; /* X-Caretaker */
	struct span body;
};

struct http_answer {
	int status;	   /* 0: not decided yet */
	const char *type;  /* static; NULL without a body */
	struct str body;   /* finished by http_send */
	struct str link;   /* Link (RFC 8288), or empty; finished with the body */
	struct span file;  /* instead of body: outlives the server */
	const char *cache; /* Cache-Control, static; NULL means no-store */
	bool gzip;	   /* Content-Encoding */
	bool varies;	   /* by Accept-Encoding */
	const char *allow; /* static, for 405 */
	int retry_after_s;
	bool program;			  /* no browser asked: without what only those heed */
	char cookie[HTTP_COOKIE_MAX + 1]; /* Set-Cookie */
};

/* The reason phrase of a status; "Error" for one that is not used here */
const char *http_reason(int status);

struct http_exchange;
const struct http_request *http_exchange_request(const struct http_exchange *exchange);
/* Sends and takes apart the answer, frees the exchange. A client that has gone is no error. */
void http_send(struct http_exchange *exchange, struct http_answer *answer);

/* What one client, or all of them, may take up */
struct http_limits {
	size_t connections;
	int request_s; /* from connecting, or from the last answer, to a whole request */
	/* Whether what was begun waits for others than clients; asked with the handler's data, NULL
	 * never */
	bool (*behind)(void *data);
};
#define HTTP_CONNECTIONS_DEFAULT 512
#define HTTP_REQUEST_S_DEFAULT 30

/* Of the door for devices and browsers, since it began; waiting and open: now */
struct http_counts {
	uint64_t admitted;  /* to a handshake */
	uint64_t refused;   /* before it: they would have waited too long, server/http-door.h */
	uint64_t displaced; /* were silent when others had no place */
	uint64_t waiting;
	uint64_t open;
};

struct http;
typedef void (*http_handler_fn)(struct http_exchange *exchange, void *data);
typedef void (*http_event_fn)(void *data);

must_check int http_new(const struct http_limits *limits, http_handler_fn handler, void *data,
	struct http **ret_http);
void http_free(struct http *http);
/* PEM files below dirfd; replaces what new connections use. */
must_check int http_load_tls(struct http *http, int dirfd, const char *cert, const char *key);
/* Numeric address; port 0 lets the system choose. */
must_check int http_listen(
	struct http *http, const char *address, uint16_t port, uint16_t *ret_port);
must_check int http_listen_fd(struct http *http, int fd); /* takes the fd over */
/* Calls fn whenever fd is readable, or every seconds. They last until http_free. */
must_check int http_watch(struct http *http, int fd, http_event_fn fn, void *data);
must_check int http_every(struct http *http, int seconds, http_event_fn fn, void *data);

/*
 * One text in plain HTTP under one path, for whoever may reach this address: GET and HEAD alone. fn
 * runs on the event thread. Once at most.
 */
typedef int (*http_text_fn)(struct str *out, void *data);
must_check int http_listen_text(struct http *http, const char *address, uint16_t port,
	const char *path, http_text_fn fn, void *data, uint16_t *ret_port);

void http_count(const struct http *http, struct http_counts *ret_counts);

must_check int http_run(struct http *http); /* until http_stop and every exchange is answered */
void http_stop(struct http *http);	    /* NULL is fine */
