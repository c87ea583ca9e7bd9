/* SPDX-License-Identifier: Apache-2.0 */
#include "http-inbox.h"

#include <string.h>

/* Chunks of few bytes are mostly frame. */
#define WIRE_MAX (HTTP_HEADERS_MAX + 3 * HTTP_WIRE_BODY_MAX)
#define TOO_LARGE 413

void http_inbox_finish(struct http_inbox *inbox)
{
	free(inbox->bytes);
	*inbox = (struct http_inbox){0};
}

int http_inbox_add(struct http_inbox *inbox, struct span bytes)
{
	char *all = realloc(inbox->bytes, inbox->len + bytes.len);

	if (!all) {
		return -ENOMEM;
	}
	memcpy(all + inbox->len, bytes.p, bytes.len);
	inbox->bytes = all;
	inbox->len += bytes.len;
	return 0;
}

static void drop_front(struct http_inbox *inbox, size_t n)
{
	struct http_inbox rest = {.bytes = inbox->bytes, .len = inbox->len - n};

	if (rest.len == 0) {
		http_inbox_finish(inbox);
		return;
	}
	memmove(rest.bytes, rest.bytes + n, rest.len);
	*inbox = rest;
}

void http_inbox_forget(struct http_inbox *inbox)
{
	drop_front(inbox, inbox->taken);
}

static int find_head(struct http_inbox *inbox)
{
	size_t empty = 0;
	int r;

	/* RFC 9112 section 2.2: empty lines before a request are passed over, all at once. */
	while (empty + 2 <= inbox->len && memcmp(inbox->bytes + empty, "\r\n", 2) == 0) {
		empty += 2;
	}
	if (empty > 0) {
		drop_front(inbox, empty);
	}
	if (inbox->len == 0) {
		return HTTP_HEAD_E_MORE;
	}
	r = http_head_find((struct span){inbox->bytes, inbox->len}, &inbox->line, &inbox->head_len);
	return r != 0 ? r
		      : http_head_read((struct span){inbox->bytes, inbox->head_len}, &inbox->head);
}

/* Whether the body is whole; ret_len: what it takes up on the wire */
static int find_body(struct http_inbox *inbox, size_t *ret_len)
{
	size_t came = inbox->len - inbox->head_len;
	int r;

	if (!inbox->head.chunked) {
		*ret_len = inbox->head.length;
		return came < inbox->head.length ? HTTP_HEAD_E_MORE : 0;
	}
	r = http_chunks_read(&inbox->chunks, inbox->bytes + inbox->head_len, came);
	*ret_len = inbox->chunks.at;
	return r;
}

int http_inbox_take(struct http_inbox *inbox, struct http_request *ret_request)
{
	bool moved = inbox->head_len > 0; /* more bytes came since the head was read */
	size_t wire = 0;
	int r = moved ? 0 : find_head(inbox);

	r = r != 0 ? r : find_body(inbox, &wire);
	if (r == HTTP_HEAD_E_MORE && inbox->len > WIRE_MAX) {
		return TOO_LARGE;
	}
	if (r == 0 && moved) {
		r = http_head_read((struct span){inbox->bytes, inbox->head_len}, &inbox->head);
	}
	if (r != 0) {
		return r;
	}
	inbox->taken = inbox->head_len + wire;
	*ret_request = inbox->head.request;
	ret_request->body = (struct span){
		inbox->bytes + inbox->head_len, inbox->head.chunked ? inbox->chunks.len : wire};
	return 0;
}

bool http_inbox_expects(const struct http_inbox *inbox)
{
	return inbox->head_len > 0 && inbox->head.expects && inbox->len == inbox->head_len;
}
