/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"

#include "fd.h"
#include "tls.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/queue.h>

#define PEM_MAX ((size_t)64 << 10)
#define SOCKETS_MAX 8
#define EVENTS_MAX 8

struct callback {
	http_event_fn fn;
	void *data;
	struct event *event;
};

struct http {
	struct event_base *base;
	struct evhttp *evhttp;
	struct tls *tls;
	struct evhttp_bound_socket *sockets[SOCKETS_MAX];
	size_t n_sockets;
	struct callback callbacks[EVENTS_MAX];
	size_t n_callbacks;
	http_handler_fn handler;
	void *data;
	size_t open; /* exchanges not answered yet */
	bool full;
	bool stopping;
};

struct http_exchange {
	struct http *http;
	struct evhttp_request *evreq;
	struct http_request request;
};

const struct http_request *http_exchange_request(const struct http_exchange *exchange)
{
	return &exchange->request;
}

static struct bufferevent *bufferevent_of(struct evhttp_request *evreq)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(evreq);

	return connection ? evhttp_connection_get_bufferevent(connection) : NULL;
}

static void set_deadline(struct evhttp_request *evreq, int deadline_s)
{
	struct bufferevent *bev = bufferevent_of(evreq);

	if (bev) {
		tls_deadline(bev, deadline_s);
	}
}

static const char *const fixed_headers[][2] = {
	{"Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
		"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
		"frame-ancestors 'none'"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
	{"Referrer-Policy", "no-referrer"},
	{"Strict-Transport-Security", "max-age=31536000"},
	{"X-Content-Type-Options", "nosniff"},
	{"Server", "caretaker"},
};

static int add_headers(struct evkeyvalq *headers, const struct http_answer *answer)
{
	char number[16];
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(fixed_headers); i++) {
		r |= evhttp_add_header(headers, fixed_headers[i][0], fixed_headers[i][1]);
	}
	r |= evhttp_add_header(
		headers, "Cache-Control", answer->cache ? answer->cache : "no-store");
	if (answer->type) {
		r |= evhttp_add_header(headers, "Content-Type", answer->type);
	}
	if (answer->allow) {
		r |= evhttp_add_header(headers, "Allow", answer->allow);
	}
	if (answer->retry_after_s > 0) {
		snprintf(number, sizeof(number), "%d", answer->retry_after_s);
		r |= evhttp_add_header(headers, "Retry-After", number);
	}
	if (answer->cookie[0]) {
		r |= evhttp_add_header(headers, "Set-Cookie", answer->cookie);
	}
	return r < 0 ? -ENOMEM : 0;
}

static void free_body(const void *bytes, size_t len, void *data)
{
	(void)bytes;
	(void)len;
	free(data);
}

static int add_body(struct evbuffer *buffer, struct http_answer *answer)
{
	if (answer->file.len > 0) {
		return evbuffer_add_reference(
			buffer, answer->file.p, answer->file.len, NULL, NULL);
	}
	if (answer->body.len > 0) {
		char *bytes = answer->body.p;

		if (evbuffer_add_reference(buffer, bytes, answer->body.len, free_body, bytes) < 0) {
			return -ENOMEM;
		}
		answer->body = (struct str){0};
	}
	return 0;
}

static void answer_complete(struct evhttp_request *evreq, void *data)
{
	(void)data;
	set_deadline(evreq, HTTP_REQUEST_S);
}

static void end_if_done(struct http *http)
{
	if (http->stopping && http->open == 0) {
		const struct timeval grace = {.tv_sec = 1};

		event_base_loopexit(http->base, &grace);
	}
}

void http_send(struct http_exchange *exchange, struct http_answer *answer)
{
	struct http *http = exchange->http;
	struct evhttp_request *evreq = exchange->evreq;
	int status = answer->status ? answer->status : 500;

	if (add_headers(evhttp_request_get_output_headers(evreq), answer) < 0 ||
		add_body(evhttp_request_get_output_buffer(evreq), answer) < 0) {
		status = 503;
	}
	if (http->stopping) {
		(void)!evhttp_add_header(
			evhttp_request_get_output_headers(evreq), "Connection", "close");
	}
	str_finish(&answer->body);
	free(exchange);
	set_deadline(evreq, HTTP_ANSWER_S);
	evhttp_request_set_on_complete_cb(evreq, answer_complete, NULL);
	evhttp_send_reply(evreq, status, NULL, NULL);
	http->open--;
	end_if_done(http);
}

static void take_header(struct span *slot, const char *value)
{
	static const char twice[] = "";

	*slot = slot->p ? (struct span){twice, 0} : span_z(value);
}

static void read_headers(struct evkeyvalq *headers, struct http_request *request)
{
	const struct {
		const char *name;
		struct span *slot;
	} wanted[] = {
		{"Content-Type", &request->content_type},
		{"Cookie", &request->cookie},
		{"Host", &request->host},
		{"Origin", &request->origin},
		{"X-Caretaker", &request->marker},
	};
	struct evkeyval *header;

	TAILQ_FOREACH (header, headers, next) {
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
			if (strcasecmp(header->key, wanted[i].name) == 0) {
				take_header(wanted[i].slot, header->value);
			}
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (!wanted[i].slot->p) {
			*wanted[i].slot = span_z("");
		}
	}
}

static enum http_method method_of(enum evhttp_cmd_type command)
{
	static const struct {
		enum evhttp_cmd_type command;
		enum http_method method;
	} methods[] = {
		{EVHTTP_REQ_GET, HTTP_GET},
		{EVHTTP_REQ_HEAD, HTTP_HEAD},
		{EVHTTP_REQ_POST, HTTP_POST},
		{EVHTTP_REQ_DELETE, HTTP_DELETE},
	};

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (methods[i].command == command) {
			return methods[i].method;
		}
	}
	return HTTP_OTHER;
}

static void request_arrived(struct evhttp_request *evreq, void *data)
{
	struct http *http = data;
	struct evbuffer *body = evhttp_request_get_input_buffer(evreq);
	struct http_exchange *exchange = calloc(1, sizeof(*exchange));
	const char *target = evhttp_request_get_uri(evreq);
	size_t len = evbuffer_get_length(body);

	set_deadline(evreq, 0);
	if (!exchange) {
		evhttp_send_error(evreq, 503, NULL);
		return;
	}
	http->open++;
	exchange->http = http;
	exchange->evreq = evreq;
	exchange->request.method = method_of(evhttp_request_get_command(evreq));
	exchange->request.target = span_z(target ? target : "");
	read_headers(evhttp_request_get_input_headers(evreq), &exchange->request);
	exchange->request.body.p = len > 0 ? (const char *)evbuffer_pullup(body, -1) : "";
	exchange->request.body.len = exchange->request.body.p ? len : 0;
	http->handler(exchange, http->data);
}

static struct bufferevent *connection_arrives(struct event_base *base, void *data)
{
	struct http *http = data;

	(void)base;
	return tls_accept(http->tls, HTTP_REQUEST_S);
}

static void connections_changed(void *data)
{
	struct http *http = data;
	bool full = tls_count(http->tls) >= HTTP_CONNECTIONS_MAX;

	if (full == http->full || http->stopping) {
		return;
	}
	http->full = full;
	for (size_t i = 0; i < http->n_sockets; i++) {
		struct evconnlistener *listener = evhttp_bound_socket_get_listener(http->sockets[i]);

		(void)!(full ? evconnlistener_disable(listener) : evconnlistener_enable(listener));
	}
}

int http_new(http_handler_fn handler, void *data, struct http **ret_http)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http) {
		return -ENOMEM;
	}
	http->handler = handler;
	http->data = data;
	http->base = event_base_new();
	http->evhttp = http->base ? evhttp_new(http->base) : NULL;
	if (!http->evhttp || tls_new(http->base, connections_changed, http, &http->tls) < 0) {
		http_free(http);
		return -ENOMEM;
	}
	evhttp_set_bevcb(http->evhttp, connection_arrives, http);
	evhttp_set_gencb(http->evhttp, request_arrived, http);
	evhttp_set_max_headers_size(http->evhttp, HTTP_HEADERS_MAX);
	/* Above the largest of our own limits, so that 413 is nearly always said by the router. */
	evhttp_set_max_body_size(http->evhttp, (ev_ssize_t)HTTP_BODY_MAX * 2);
	evhttp_set_timeout(http->evhttp, HTTP_REQUEST_S);
	evhttp_set_default_content_type(http->evhttp, NULL);
	evhttp_set_allowed_methods(http->evhttp,
		EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT |
			EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
	*ret_http = http;
	return 0;
}

void http_free(struct http *http)
{
	if (!http) {
		return;
	}
	http->stopping = true;
	for (size_t i = 0; i < http->n_callbacks; i++) {
		event_free(http->callbacks[i].event);
	}
	if (http->evhttp) {
		evhttp_free(http->evhttp);
	}
	if (http->base) {
		/* Bufferevents are freed by deferred calls: let those run. */
		event_base_loop(http->base, EVLOOP_NONBLOCK);
		event_base_loop(http->base, EVLOOP_NONBLOCK);
		tls_free(http->tls);
		event_base_free(http->base);
	}
	free(http);
}

int http_load_tls(struct http *http, int dirfd, const char *cert, const char *key)
{
	cleanup(free_ptr) char *cert_pem = NULL, *key_pem = NULL;
	size_t cert_len, key_len;
	int r = fd_read_regular(dirfd, cert, PEM_MAX, &cert_pem, &cert_len);

	if (r == 0) {
		r = fd_read_regular(dirfd, key, PEM_MAX, &key_pem, &key_len);
	}
	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	r = tls_load(http->tls, (struct span){cert_pem, cert_len},
		(struct span){key_pem, key_len});
	explicit_bzero(key_pem, key_len);
	return r;
}

static int add_socket(struct http *http, struct evhttp_bound_socket *socket)
{
	http->sockets[http->n_sockets++] = socket;
	return 0;
}

int http_listen(struct http *http, const char *address, uint16_t port, uint16_t *ret_port)
{
	struct evhttp_bound_socket *bound;
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);

	if (http->n_sockets == SOCKETS_MAX) {
		return -ENOSPC;
	}
	errno = 0;
	bound = evhttp_bind_socket_with_handle(http->evhttp, address, port);
	if (!bound) {
		return errno ? -errno : -EADDRNOTAVAIL;
	}
	if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&name, &len) < 0) {
		return -errno;
	}
	*ret_port = ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
						     : ((struct sockaddr_in *)&name)->sin_port);
	return add_socket(http, bound);
}

int http_listen_fd(struct http *http, int fd)
{
	struct evhttp_bound_socket *bound;
	int flags = fcntl(fd, F_GETFL);

	if (http->n_sockets == SOCKETS_MAX) {
		return -ENOSPC;
	}
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		return -errno;
	}
	bound = evhttp_accept_socket_with_handle(http->evhttp, fd);
	return bound ? add_socket(http, bound) : -ENOMEM;
}

static void call_back(evutil_socket_t fd, short what, void *data)
{
	struct callback *callback = data;

	(void)fd;
	(void)what;
	callback->fn(callback->data);
}

static int add_event(
	struct http *http, int fd, const struct timeval *every, http_event_fn fn, void *data)
{
	struct callback *callback = &http->callbacks[http->n_callbacks];
	short what = (short)(EV_PERSIST | (fd >= 0 ? EV_READ : 0));

	if (http->n_callbacks == EVENTS_MAX) {
		return -ENOSPC;
	}
	*callback = (struct callback){fn, data, event_new(http->base, fd, what, call_back, callback)};
	if (!callback->event) {
		return -ENOMEM;
	}
	http->n_callbacks++;
	return event_add(callback->event, every) < 0 ? -EIO : 0;
}

int http_watch(struct http *http, int fd, http_event_fn fn, void *data)
{
	return add_event(http, fd, NULL, fn, data);
}

int http_every(struct http *http, int seconds, http_event_fn fn, void *data)
{
	const struct timeval every = {.tv_sec = seconds};

	return add_event(http, -1, &every, fn, data);
}

int http_run(struct http *http)
{
	if (!tls_loaded(http->tls)) {
		return -ENOENT;
	}
	return event_base_dispatch(http->base) < 0 ? -EIO : 0;
}

void http_stop(struct http *http)
{
	if (http->stopping) {
		return;
	}
	http->stopping = true;
	for (size_t i = 0; i < http->n_sockets; i++) {
		evhttp_del_accept_socket(http->evhttp, http->sockets[i]);
	}
	http->n_sockets = 0;
	end_if_done(http);
}
