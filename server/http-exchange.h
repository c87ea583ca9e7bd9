/* SPDX-License-Identifier: Apache-2.0 */
/* What http.c and http-exchange.c share: one request and its answer, in libevent's terms. */
#pragma once

#include "http.h"

#include <event2/http.h>

struct http_exchange {
	struct http *http;
	struct evhttp_request *evreq;
	struct http_request request;
};

/* http-exchange.c; NULL: no memory */
struct http_exchange *http_exchange_new(struct http *http, struct evhttp_request *evreq);
/* http.c: this exchange has been answered */
void http_exchange_ended(struct http *http);
bool http_is_stopping(const struct http *http);
int http_request_s(const struct http *http);
