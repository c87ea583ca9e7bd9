/* SPDX-License-Identifier: Apache-2.0 */
#include "http-head.h"

#include <string.h>

#define BAD 400
#define TOO_LARGE 413
#define LINE_MAX_LEN 64 /* a size with its extensions */
#define DIGITS_MAX 8

/* The next line without its end; MORE, 400 */
static int next_line(struct http_chunks *chunks, struct span bytes, struct span *ret_line)
{
	const char *start = bytes.p + chunks->at;
	size_t left = bytes.len - chunks->at;
	const char *end = memchr(start, '\n', left < LINE_MAX_LEN ? left : LINE_MAX_LEN);

	if (!end) {
		return left < LINE_MAX_LEN ? HTTP_HEAD_E_MORE : BAD;
	}
	if (end == start || end[-1] != '\r') {
		return BAD;
	}
	*ret_line = (struct span){start, (size_t)(end - 1 - start)};
	chunks->at = (size_t)(end + 1 - bytes.p);
	return 0;
}

static bool digit_of(char c, size_t *ret_digit)
{
	if (c >= '0' && c <= '9') {
		*ret_digit = (size_t)(c - '0');
	} else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
		*ret_digit = (size_t)((c | 0x20) - 'a' + 10);
	} else {
		return false;
	}
	return true;
}

static int read_size(struct http_chunks *chunks, struct span line)
{
	size_t size = 0, n = 0, digit;

	while (n < line.len && digit_of(line.p[n], &digit)) {
		size = size << 4 | digit;
		if (++n > DIGITS_MAX) {
			return TOO_LARGE;
		}
	}
	for (size_t i = n; i < line.len; i++) {
		if ((i == n && line.p[i] != ';') || line.p[i] < ' ' || line.p[i] == 0x7f) {
			return BAD;
		}
	}
	if (n == 0) {
		return BAD;
	}
	if (size > HTTP_WIRE_BODY_MAX - chunks->len) {
		return TOO_LARGE;
	}
	chunks->left = size;
	chunks->want = size > 0 ? HTTP_CHUNK_BYTES : HTTP_CHUNK_LAST;
	return 0;
}

static int take_bytes(struct http_chunks *chunks, char *bytes, size_t len)
{
	size_t n = len - chunks->at < chunks->left ? len - chunks->at : chunks->left;

	memmove(bytes + chunks->len, bytes + chunks->at, n);
	chunks->len += n;
	chunks->at += n;
	chunks->left -= n;
	if (chunks->left > 0) {
		return HTTP_HEAD_E_MORE;
	}
	chunks->want = HTTP_CHUNK_END;
	return 0;
}

int http_chunks_read(struct http_chunks *chunks, char *bytes, size_t len)
{
	int r = 0;

	while (r == 0) {
		struct span line;

		if (chunks->want == HTTP_CHUNK_BYTES) {
			r = take_bytes(chunks, bytes, len);
			continue;
		}
		r = next_line(chunks, (struct span){bytes, len}, &line);
		if (r == 0 && chunks->want == HTTP_CHUNK_SIZE) {
			r = read_size(chunks, line);
		} else if (r == 0 && line.len > 0) {
			r = BAD; /* more bytes than were said, or a trailer */
		} else if (r == 0 && chunks->want == HTTP_CHUNK_LAST) {
			return 0;
		} else if (r == 0) {
			chunks->want = HTTP_CHUNK_SIZE;
		}
	}
	return r;
}
