/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#define ANSWER_S 60 /* only what never comes takes so long */

struct link {
	const struct link_target *target;
	struct bufferevent *bev;
	struct event *broken; /* tells later of what failed at once */
	struct fleet_post *post;
	bool waiting;
};

static void answered(struct link *link, struct link_answer *answer)
{
	if (answer->closed && link->bev) {
		bufferevent_free(link->bev);
		link->bev = NULL;
	}
	if (link->waiting) {
		link->waiting = false;
		link->target->fn(link, answer, link->target->data);
	}
}

static void broke(evutil_socket_t fd, short what, void *data)
{
	struct link_answer answer = {.closed = true};

	(void)fd;
	(void)what;
	answered(data, &answer);
}

/* The value of a header whose name is given in small letters with ": " */
static long number_of(const char *head, size_t len, const char *name)
{
	for (size_t i = 0; i + strlen(name) < len; i++) {
		if (head[i] == '\n' && strncasecmp(head + i + 1, name, strlen(name)) == 0) {
			return strtol(head + i + 1 + strlen(name), NULL, 10);
		}
	}
	return -1;
}

static void read_answer(struct bufferevent *bev, void *data)
{
	struct link *link = data;
	struct evbuffer *in = bufferevent_get_input(bev);
	struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	struct link_answer answer = {0};
	const char *head;
	long length;
	size_t head_len = end.pos < 0 ? 0 : (size_t)end.pos + 4;

	if (head_len == 0) {
		return;
	}
	head = (const char *)evbuffer_pullup(in, (ev_ssize_t)head_len);
	length = number_of(head, head_len, "content-length: ");
	length = length < 0 ? 0 : length;
	if (evbuffer_get_length(in) < head_len + (size_t)length) {
		return;
	}
	head = (const char *)evbuffer_pullup(in, (ev_ssize_t)(head_len + (size_t)length));
	answer.status = (int)strtol(head + strcspn(head, " "), NULL, 10);
	answer.retry_after_s = (int)number_of(head, head_len, "retry-after: ");
	answer.body = (struct span){head + head_len, (size_t)length};
	answer.closed = link->target->fresh;
	if (answer.closed) {
		/* The body lies in the connection's own buffer: it goes after it was read. */
		link->bev = NULL;
		answered(link, &answer);
		bufferevent_free(bev);
		return;
	}
	link->waiting = false;
	link->target->fn(link, &answer, link->target->data);
	evbuffer_drain(in, head_len + (size_t)length);
}

static void changed(struct bufferevent *bev, short what, void *data)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT)) {
		broke(-1, 0, data);
	}
}

static int connect_link(struct link *link)
{
	const struct link_target *target = link->target;
	const struct timeval limit = {.tv_sec = ANSWER_S};
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(target->port)};
	SSL *ssl = SSL_new(target->tls);
	const int on = 1;

	if (!ssl || inet_pton(AF_INET, target->address, &name.sin_addr) != 1) {
		SSL_free(ssl);
		return -EINVAL;
	}
	link->bev = bufferevent_openssl_socket_new(target->base, -1, ssl,
		BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!link->bev) {
		SSL_free(ssl);
		return -ENOMEM;
	}
	bufferevent_openssl_set_allow_dirty_shutdown(link->bev, 1);
	bufferevent_setcb(link->bev, read_answer, NULL, changed, link);
	bufferevent_set_timeouts(link->bev, &limit, &limit);
	if (bufferevent_socket_connect(link->bev, (struct sockaddr *)&name, sizeof(name)) < 0) {
		return -ECONNREFUSED;
	}
	(void)setsockopt(bufferevent_getfd(link->bev), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return bufferevent_enable(link->bev, EV_READ | EV_WRITE) < 0 ? -EIO : 0;
}

void link_send(struct link *link, const char *path, struct span body)
{
	const struct timeval soon = {0};
	struct evbuffer *out;

	link->waiting = true;
	if (!link->bev && connect_link(link) < 0) {
		event_add(link->broken, &soon);
		return;
	}
	out = bufferevent_get_output(link->bev);
	evbuffer_add_printf(out,
		"POST %s HTTP/1.1\r\nHost: %s:%u\r\nContent-Type: application/jose\r\n%s"
		"Content-Length: %zu\r\n\r\n",
		path, link->target->address, link->target->port,
		link->target->fresh ? "Connection: close\r\n" : "", body.len);
	evbuffer_add_reference(out, body.p, body.len, NULL, NULL);
}

void link_set_post(struct link *link, struct fleet_post *post)
{
	link->post = post;
}

struct fleet_post *link_post(const struct link *link)
{
	return link->post;
}

int link_new(const struct link_target *target, struct link **ret_link)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link) {
		return -ENOMEM;
	}
	link->target = target;
	link->broken = event_new(target->base, -1, 0, broke, link);
	if (!link->broken) {
		free(link);
		return -ENOMEM;
	}
	*ret_link = link;
	return 0;
}

void link_free(struct link *link)
{
	if (link) {
		if (link->bev) {
			bufferevent_free(link->bev);
		}
		event_free(link->broken);
		free(link);
	}
}
