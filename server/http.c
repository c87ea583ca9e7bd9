/* SPDX-License-Identifier: Apache-2.0 */
#include "http-door.h"

#include "answer.h"
#include "fd.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define PEM_MAX ((size_t)64 << 10)
#define DOORS_MAX 8
#define EVENTS_MAX 8
#define TEXT_CONNECTIONS 16

struct callback {
	http_event_fn fn;
	void *data;
	struct event *event;
};

struct http {
	struct event_base *base;
	struct tls *tls;
	struct http_set devices; /* and browsers */
	struct http_set text;
	const char *text_path;
	http_text_fn text_fn;
	void *text_data;
	struct http_door *doors[DOORS_MAX];
	size_t n_doors;
	struct callback callbacks[EVENTS_MAX];
	size_t n_callbacks;
	bool stopping;
};

/* Answers get a moment to leave, unless nobody is there any more. */
static void end_if_done(struct http *http)
{
	const struct timeval grace = {.tv_sec = http->devices.count > 0 ? 1 : 0};

	if (http->stopping && http->devices.open == 0) {
		event_base_loopexit(http->base, &grace);
	}
}

static void set_changed(void *data)
{
	struct http *http = data;

	if (http->stopping) {
		end_if_done(http);
		return;
	}
	for (size_t i = 0; i < http->n_doors; i++) {
		http_door_go_on(http->doors[i]);
	}
}

/* Within a turn of the loop a connection may stop and start to be watched several times. */
static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config && event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0) {
		base = event_base_new_with_config(config);
	}
	if (base && event_base_priority_init(base, HTTP_PRIORITIES) < 0) {
		event_base_free(base);
		base = NULL;
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
	http->base = new_base();
	if (!http->base || tls_new(&http->tls) < 0) {
		http_free(http);
		return -ENOMEM;
	}
	http->devices = (struct http_set){.base = http->base,
		.tls = http->tls,
		.limits = *limits,
		.handler = handler,
		.data = data,
		.changed = set_changed,
		.owner = http};
	*ret_http = http;
	return 0;
}

static void close_doors(struct http *http)
{
	for (size_t i = 0; i < http->n_doors; i++) {
		http_door_free(http->doors[i]);
	}
	http->n_doors = 0;
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
	close_doors(http);
	http_connections_end(&http->devices);
	http_connections_end(&http->text);
	tls_free(http->tls);
	if (http->base) {
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

/* Accepted sockets inherit it: what is long is several TLS records, and must not wait for ACKs. */
static int add_door(struct http *http, struct http_set *set, int fd)
{
	const int on = 1;
	int r;

	if (http->n_doors == DOORS_MAX) {
		return -ENOSPC;
	}
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0) {
		return -errno;
	}
	r = http_door_new(set, fd, &http->doors[http->n_doors]);
	http->n_doors += r == 0;
	return r;
}

static int bound_port(int fd, uint16_t *ret_port)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);

	if (getsockname(fd, (struct sockaddr *)&name, &len) < 0) {
		return -errno;
	}
	*ret_port = ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
						     : ((struct sockaddr_in *)&name)->sin_port);
	return 0;
}

static void free_addresses(struct addrinfo **found)
{
	if (*found) {
		freeaddrinfo(*found);
	}
}

static int bind_to(const char *address, uint16_t port, int *ret_fd)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM};
	cleanup(free_addresses) struct addrinfo *found = NULL;
	cleanup(fd_close) int fd = -1;
	const int on = 1;
	char number[8];

	snprintf(number, sizeof(number), "%u", port);
	if (getaddrinfo(address, number, &hints, &found) != 0) {
		return -EADDRNOTAVAIL;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, HTTP_BACKLOG) < 0) {
		return -errno;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int listen_at(struct http *http, struct http_set *set, const char *address, uint16_t port,
	uint16_t *ret_port)
{
	int fd = -1, r = bind_to(address, port, &fd);

	if (r < 0) {
		return r;
	}
	r = bound_port(fd, ret_port);
	r = r < 0 ? r : add_door(http, set, fd);
	if (r < 0) {
		close(fd);
	}
	return r;
}

static int answer_text(struct http *http, struct http_answer *answer)
{
	int r = http->text_fn(&answer->body, http->text_data);

	answer->status = 200;
	answer->type = "text/plain; version=0.0.4; charset=utf-8";
	return r;
}

static void text_asked(struct http_exchange *exchange, void *data)
{
	struct http *http = data;
	const struct http_request *request = http_exchange_request(exchange);
	struct http_answer answer = {0};

	if (!span_eq(request->target, http->text_path)) {
		answer_problem(&answer, 404, "There is no such path.");
	} else if (request->method != HTTP_GET && request->method != HTTP_HEAD) {
		answer_problem(&answer, 405, "This path does not take that method.");
		answer.allow = "GET, HEAD";
	} else if (answer_text(http, &answer) < 0) {
		answer_problem(&answer, 503, "The numbers could not be written.");
	}
	answer.program = true;
	http_send(exchange, &answer);
}

int http_listen_text(struct http *http, const char *address, uint16_t port, const char *path,
	http_text_fn fn, void *data, uint16_t *ret_port)
{
	http->text_path = path;
	http->text_fn = fn;
	http->text_data = data;
	http->text = (struct http_set){.base = http->base,
		.limits = {.connections = TEXT_CONNECTIONS,
			.request_s = http->devices.limits.request_s},
		.handler = text_asked,
		.data = http,
		.changed = set_changed,
		.owner = http};
	return listen_at(http, &http->text, address, port, ret_port);
}

int http_listen(struct http *http, const char *address, uint16_t port, uint16_t *ret_port)
{
	return listen_at(http, &http->devices, address, port, ret_port);
}

int http_listen_fd(struct http *http, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		return -errno;
	}
	return add_door(http, &http->devices, fd);
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

void http_count(const struct http *http, struct http_counts *ret_counts)
{
	*ret_counts = http->devices.counts;
	ret_counts->waiting = 0;
	ret_counts->open = http->devices.count;
	for (size_t i = 0; i < http->n_doors; i++) {
		ret_counts->waiting += http_door_waiting(http->doors[i]);
	}
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
	http->stopping = http->devices.stopping = true;
	close_doors(http);
	end_if_done(http);
}
