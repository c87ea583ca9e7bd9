/* SPDX-License-Identifier: Apache-2.0 */
/* What came of one request, and maybe of those behind it, until it is whole. */
#pragma once

#include "http-head.h"

struct http_inbox {
	char *bytes;
	size_t len;
	size_t line;	 /* where the first line of the head begins that is not whole */
	size_t head_len; /* 0: the head is not whole */
	size_t taken;	 /* of the bytes by the request that is answered now */
	struct http_head head;
	struct http_chunks chunks;
};

void http_inbox_finish(struct http_inbox *inbox);
must_check int http_inbox_add(struct http_inbox *inbox, struct span bytes);
/*
 * The next request, whose spans live until http_inbox_forget or the next http_inbox_add. MORE, or
 * the status to refuse with
 */
must_check int http_inbox_take(struct http_inbox *inbox, struct http_request *ret_request);
/* A body is to come, of which the client sends nothing before it is told to go on */
bool http_inbox_expects(const struct http_inbox *inbox);
/* The request that was taken is answered. */
void http_inbox_forget(struct http_inbox *inbox);
