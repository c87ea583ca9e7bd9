/* SPDX-License-Identifier: Apache-2.0 */
#include "http-exchange.h"

#include "tls.h"

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <strings.h>
#include <sys/queue.h>

#define JOINED_MAX 8192 /* bytes of an answer that leaves as one record */

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

	for (size_t i = 0; i < ARRAY_LEN(fixed_headers) && !answer->program; i++) {
		r |= evhttp_add_header(headers, fixed_headers[i][0], fixed_headers[i][1]);
	}
	r |= evhttp_add_header(
		headers, "Cache-Control", answer->cache ? answer->cache : "no-store");
	if (answer->type) {
		r |= evhttp_add_header(headers, "Content-Type", answer->type);
	}
	if (answer->gzip) {
		r |= evhttp_add_header(headers, "Content-Encoding", "gzip");
	}
	if (answer->varies) {
		r |= evhttp_add_header(headers, "Vary", "Accept-Encoding");
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
		return evbuffer_add_reference(buffer, answer->file.p, answer->file.len, NULL, NULL);
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
	set_deadline(evreq, http_request_s(data));
}

/* Each piece would be a record and a write of its own; what is long stays where it lies. */
static void join_output(struct bufferevent *bev)
{
	struct evbuffer *out = bev ? bufferevent_get_output(bev) : NULL;

	if (out && evbuffer_get_length(out) <= JOINED_MAX) {
		(void)!evbuffer_pullup(out, -1);
	}
}

void http_send(struct http_exchange *exchange, struct http_answer *answer)
{
	struct http *http = exchange->http;
	struct evhttp_request *evreq = exchange->evreq;
	struct bufferevent *bev;
	int status = answer->status ? answer->status : 500;

	if (add_headers(evhttp_request_get_output_headers(evreq), answer) < 0 ||
		add_body(evhttp_request_get_output_buffer(evreq), answer) < 0) {
		status = 503;
	}
	if (http_is_stopping(http)) {
		(void)!evhttp_add_header(
			evhttp_request_get_output_headers(evreq), "Connection", "close");
	}
	str_finish(&answer->body);
	free(exchange);
	set_deadline(evreq, HTTP_ANSWER_S);
	evhttp_request_set_on_complete_cb(evreq, answer_complete, http);
	bev = bufferevent_of(evreq);
	evhttp_send_reply(evreq, status, NULL, NULL);
	join_output(bev);
	http_exchange_ended(http);
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
		{"Accept-Encoding", &request->accept_encoding},
		{"Authorization", &request->authorization},
		{"Content-Type", &request->content_type},
		{"Cookie", &request->cookie},
		{"Host", &request->host},
		{"Origin", &request->origin},
		{"X-Caretaker", &request->marker},
	};
	struct evkeyval *header;

	TAILQ_FOREACH(header, headers, next)
	{
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

struct http_exchange *http_exchange_new(struct http *http, struct evhttp_request *evreq)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(evreq);
	struct http_exchange *exchange = calloc(1, sizeof(*exchange));
	const char *target = evhttp_request_get_uri(evreq);
	size_t len = evbuffer_get_length(body);

	set_deadline(evreq, 0);
	if (!exchange) {
		return NULL;
	}
	exchange->http = http;
	exchange->evreq = evreq;
	exchange->request.method = method_of(evhttp_request_get_command(evreq));
	exchange->request.target = span_z(target ? target : "");
	read_headers(evhttp_request_get_input_headers(evreq), &exchange->request);
	exchange->request.body.p = len > 0 ? (const char *)evbuffer_pullup(body, -1) : "";
	exchange->request.body.len = exchange->request.body.p ? len : 0;
	return exchange;
}
