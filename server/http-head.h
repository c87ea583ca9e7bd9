/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request is made of on the wire, RFC 9112. Pure functions, strict: what two readers in a
 * row could take for two things (a bare line feed, a folded line, two lengths, a length beside
 * chunks) is refused, so that nothing is smuggled past a proxy.
 *
 * An outcome above HTTP_HEAD_E_MORE is the status to refuse with; after it nothing of the
 * connection can be understood any more.
 */
#pragma once

#include "http.h"

#define HTTP_FIELDS_MAX 64
#define HTTP_WIRE_BODY_MAX (HTTP_BODY_MAX * 2) /* above each route's own limit, which says more */

enum http_head_outcome { HTTP_HEAD_E_MORE = 1 };

struct http_head {
	struct http_request request; /* spans into the bytes that were read; no body yet */
	size_t length;		     /* Content-Length, or 0 */
	bool chunked;
	bool closes;  /* after this answer, as the client wants it or is too old for else */
	bool expects; /* 100-continue */
};

/*
 * Looks for the end of a head. line: where the first line begins that is not whole yet, 0 at first
 * and kept for the next call with more bytes. ret_len: with the empty line. MORE, 400, 431
 */
must_check int http_head_find(struct span bytes, size_t *line, size_t *ret_len);
/* bytes: a whole head, as http_head_find found it. 400, 413, 417, 431, 501, 505 */
must_check int http_head_read(struct span bytes, struct http_head *ret_head);

/* A chunked body, section 7.1, on its way; zero it at first */
struct http_chunks {
	size_t at;   /* so many bytes were taken apart */
	size_t len;  /* of the body, which now lies at their front */
	size_t left; /* of the chunk's bytes */
	enum { HTTP_CHUNK_SIZE, HTTP_CHUNK_BYTES, HTTP_CHUNK_END, HTTP_CHUNK_LAST } want;
};
/* bytes: all that came after the head, where it lay before. Trailers are refused. MORE, 400, 413 */
must_check int http_chunks_read(struct http_chunks *chunks, char *bytes, size_t len);
