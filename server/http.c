/* SPDX-License-Identifier: Apache-2.0 */
#include "http-exchange.h"

#include "fd.h"
#include "tls.h"

#include <event2/buffer.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

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
	struct evhttp *text;
	http_text_fn text_fn;
	void *text_data;
	struct tls *tls;
	struct evhttp_bound_socket *sockets[SOCKETS_MAX];
	size_t n_sockets;
	struct callback callbacks[EVENTS_MAX];
	size_t n_callbacks;
	http_handler_fn handler;
	void *data;
	struct http_limits limits;
	size_t open; /* exchanges not answered yet */
	bool full;
	bool stopping;
};

/* Answers get a moment to leave, unless nobody is there any more. */
static void end_if_done(struct http *http)
{
	const struct timeval grace = {.tv_sec = tls_count(http->tls) > 0 ? 1 : 0};

	if (http->stopping && http->open == 0) {
		event_base_loopexit(http->base, &grace);
	}
}

void http_exchange_ended(struct http *http)
{
	http->open--;
	end_if_done(http);
}

int http_request_s(const struct http *http)
{
	return http->limits.request_s;
}

bool http_is_stopping(const struct http *http)
{
	return http->stopping;
}

static void request_arrived(struct evhttp_request *evreq, void *data)
{
	struct http *http = data;
	struct http_exchange *exchange = NULL;

	/* Without memory for TLS evhttp goes on in plain text: nothing is said there. */
	if (tls_is(evhttp_connection_get_bufferevent(evhttp_request_get_connection(evreq)))) {
		exchange = http_exchange_new(http, evreq);
	}
	if (!exchange) {
		evhttp_send_error(evreq, 503, NULL);
		return;
	}
	http->open++;
	http->handler(exchange, http->data);
}

static struct bufferevent *connection_arrives(struct event_base *base, void *data)
{
	struct http *http = data;

	(void)base;
	return tls_accept(http->tls, http->limits.request_s);
}

static void connections_changed(void *data)
{
	struct http *http = data;
	bool full = tls_count(http->tls) >= http->limits.connections;

	if (http->stopping) {
		end_if_done(http);
		return;
	}
	if (full == http->full) {
		return;
	}
	http->full = full;
	for (size_t i = 0; i < http->n_sockets; i++) {
		struct evconnlistener *listener =
			evhttp_bound_socket_get_listener(http->sockets[i]);

		(void)!(full ? evconnlistener_disable(listener) : evconnlistener_enable(listener));
	}
}

/* Within a turn of the loop a connection stops and starts to be watched several times. */
static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config && event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0) {
		base = event_base_new_with_config(config);
	}
	if (config) {
		event_config_free(config);
	}
	return base;
}

int http_new(const struct http_limits *limits, http_handler_fn handler, void *data,
	struct http **ret_http)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http) {
		return -ENOMEM;
	}
	http->limits = *limits;
	http->handler = handler;
	http->data = data;
	http->base = new_base();
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
	evhttp_set_timeout(http->evhttp, limits->request_s);
	evhttp_set_default_content_type(http->evhttp, NULL);
	evhttp_set_allowed_methods(
		http->evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT |
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
	if (http->text) {
		evhttp_free(http->text);
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
	r = tls_load(http->tls, (struct span){cert_pem, cert_len}, (struct span){key_pem, key_len});
	explicit_bzero(key_pem, key_len);
	return r;
}

/* Accepted sockets inherit it: an answer is several TLS records, and must not wait for ACKs. */
static int add_socket(struct http *http, struct evhttp_bound_socket *socket)
{
	const int on = 1;

	if (setsockopt(evhttp_bound_socket_get_fd(socket), IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on)) < 0) {
		return -errno;
	}
	http->sockets[http->n_sockets++] = socket;
	return 0;
}

static int bound_port(struct evhttp_bound_socket *bound, uint16_t *ret_port)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);

	if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&name, &len) < 0) {
		return -errno;
	}
	*ret_port = ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
						     : ((struct sockaddr_in *)&name)->sin_port);
	return 0;
}

static void text_asked(struct evhttp_request *evreq, void *data)
{
	struct http *http = data;
	cleanup(str_finish) struct str text = {0};
	struct evbuffer *body = evhttp_request_get_output_buffer(evreq);

	if (http->text_fn(&text, http->text_data) < 0 || evbuffer_add(body, text.p, text.len) < 0 ||
		evhttp_add_header(evhttp_request_get_output_headers(evreq), "Content-Type",
			"text/plain; version=0.0.4; charset=utf-8") < 0) {
		evhttp_send_error(evreq, 503, NULL);
		return;
	}
	evhttp_send_reply(evreq, 200, "OK", NULL);
}

int http_listen_text(struct http *http, const char *address, uint16_t port, const char *path,
	http_text_fn fn, void *data, uint16_t *ret_port)
{
	struct evhttp_bound_socket *bound;

	http->text = evhttp_new(http->base);
	if (!http->text) {
		return -ENOMEM;
	}
	http->text_fn = fn;
	http->text_data = data;
	evhttp_set_allowed_methods(http->text, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(http->text, HTTP_HEADERS_MAX);
	evhttp_set_max_body_size(http->text, 0);
	evhttp_set_timeout(http->text, http->limits.request_s);
	if (evhttp_set_cb(http->text, path, text_asked, http) < 0) {
		return -ENOMEM;
	}
	errno = 0;
	bound = evhttp_bind_socket_with_handle(http->text, address, port);
	if (!bound) {
		return errno ? -errno : -EADDRNOTAVAIL;
	}
	return bound_port(bound, ret_port);
}

int http_listen(struct http *http, const char *address, uint16_t port, uint16_t *ret_port)
{
	struct evhttp_bound_socket *bound;
	int r;

	if (http->n_sockets == SOCKETS_MAX) {
		return -ENOSPC;
	}
	errno = 0;
	bound = evhttp_bind_socket_with_handle(http->evhttp, address, port);
	if (!bound) {
		return errno ? -errno : -EADDRNOTAVAIL;
	}
	r = bound_port(bound, ret_port);
	return r < 0 ? r : add_socket(http, bound);
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
	*callback =
		(struct callback){fn, data, event_new(http->base, fd, what, call_back, callback)};
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
	if (!http || http->stopping) {
		return;
	}
	http->stopping = true;
	for (size_t i = 0; i < http->n_sockets; i++) {
		evhttp_del_accept_socket(http->evhttp, http->sockets[i]);
	}
	http->n_sockets = 0;
	end_if_done(http);
}
