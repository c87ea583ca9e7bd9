/* SPDX-License-Identifier: Apache-2.0 */
#include "http-head.h"

#include <string.h>
#include <strings.h>

#define BAD 400
#define TOO_LARGE 413
#define EXPECTATION 417
#define FIELDS_TOO_LARGE 431
#define NOT_KNOWN 501
#define VERSION 505

int http_head_find(struct span bytes, size_t *line, size_t *ret_len)
{
	while (*line < bytes.len) {
		const char *start = bytes.p + *line;
		const char *end = memchr(start, '\n', bytes.len - *line);

		if (!end) {
			break;
		}
		if (end == start || end[-1] != '\r') {
			return BAD;
		}
		*line = (size_t)(end + 1 - bytes.p);
		if (*line > HTTP_HEADERS_MAX) {
			return FIELDS_TOO_LARGE;
		}
		if (end == start + 1) {
			*ret_len = *line;
			return 0;
		}
	}
	return bytes.len > HTTP_HEADERS_MAX ? FIELDS_TOO_LARGE : HTTP_HEAD_E_MORE;
}

/* RFC 9110 section 5.6.2 */
static bool is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
			(!c || !strchr("!#$%&'*+-.^_`|~", c))) {
			return false;
		}
	}
	return s.len > 0;
}

/* RFC 9110 section 5.5: visible, blank, tab, and what is beyond ASCII */
static bool is_value(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f) {
			return false;
		}
	}
	return true;
}

static bool same_word(struct span s, const char *word)
{
	return strlen(word) == s.len && strncasecmp(s.p, word, s.len) == 0;
}

static enum http_method method_of(struct span name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
		{"POST", HTTP_POST},
		{"GET", HTTP_GET},
		{"HEAD", HTTP_HEAD},
		{"DELETE", HTTP_DELETE},
	};

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (span_eq(name, methods[i].name)) {
			return methods[i].method;
		}
	}
	return HTTP_OTHER;
}

static int read_request_line(struct span line, struct http_head *head)
{
	struct span method, target;

	if (!span_next(&line, ' ', &method) || !is_token(method) ||
		!span_next(&line, ' ', &target) || target.len == 0 || !line.p) {
		return BAD;
	}
	for (size_t i = 0; i < target.len; i++) {
		if (target.p[i] <= ' ' || target.p[i] >= 0x7f) {
			return BAD;
		}
	}
	head->request.method = method_of(method);
	head->request.target = target;
	if (span_eq(line, "HTTP/1.1")) {
		return 0;
	}
	head->closes = true;
	return span_eq(line, "HTTP/1.0")				      ? 0
	       : span_starts(line, "HTTP/") && line.len == strlen("HTTP/1.1") ? VERSION
									      : BAD;
}

/* Fields that say where a request ends, and how the connection goes on */
struct framing {
	struct span length, coding, expect;
	bool twice, closes;
};

static const char nothing[] = "";

static void take_once(struct span *slot, struct span value, bool *twice)
{
	*twice = *twice || slot->p;
	*slot = value;
}

static void read_connection(struct span value, struct framing *framing)
{
	struct span word;

	while (span_next(&value, ',', &word)) {
		framing->closes = framing->closes || same_word(span_trim(word), "close");
	}
}

static void take_field(
	struct span name, struct span value, struct http_request *request, struct framing *framing)
{
	const struct {
		const char *name;
		struct span *slot;
		bool once; /* what comes twice is refused; of the others it counts as empty */
	} slots[] = {
		{"Host", &request->host, true},
		{"Content-Type", &request->content_type, false},
		{"Content-Length", &framing->length, true},
		{"Accept-Encoding", &request->accept_encoding, false},
		{"Authorization", &request->authorization, false},
		{"Cookie", &request->cookie, false},
		{"Expect", &framing->expect, true},
		{"Origin", &request->origin, false},
		{"Transfer-Encoding", &framing->coding, true},
		{"X-Caretaker", &request->marker, false},
	};

	if (same_word(name, "Connection")) {
		read_connection(value, framing);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		if (!same_word(name, slots[i].name)) {
			continue;
		}
		if (slots[i].once) {
			take_once(slots[i].slot, value, &framing->twice);
		} else {
			*slots[i].slot = slots[i].slot->p ? (struct span){nothing, 0} : value;
		}
		return;
	}
}

static int read_fields(struct span rest, struct http_request *request, struct framing *framing)
{
	struct span line, name;

	for (size_t n = 0; span_next(&rest, '\n', &line) && line.len > 1; n++) {
		line.len--; /* the carriage return */
		if (n == HTTP_FIELDS_MAX) {
			return FIELDS_TOO_LARGE;
		}
		if (!span_next(&line, ':', &name) || !line.p || !is_token(name) ||
			!is_value(line)) {
			return BAD;
		}
		take_field(name, span_trim(line), request, framing);
	}
	return 0;
}

static int read_framing(const struct framing *framing, struct http_head *head)
{
	uint64_t length = 0;
	bool old = head->closes;
	int r = framing->length.p ? span_u64(framing->length, &length) : 0;

	if (framing->twice || r == -EINVAL || (framing->coding.p && (framing->length.p || old))) {
		return BAD;
	}
	if (r < 0 || length > HTTP_WIRE_BODY_MAX) {
		return TOO_LARGE;
	}
	if (framing->coding.p && !same_word(framing->coding, "chunked")) {
		return NOT_KNOWN;
	}
	if (framing->expect.p && !same_word(framing->expect, "100-continue")) {
		return EXPECTATION;
	}
	/* RFC 9112 section 3.2: one Host, and none only from the old. */
	if (!head->request.host.p && !old) {
		return BAD;
	}
	head->length = (size_t)length;
	head->chunked = framing->coding.p;
	head->expects = framing->expect.p && !old;
	head->closes = old || framing->closes;
	return 0;
}

/* A field that is not there is empty. */
static void fill_absent(struct http_request *request)
{
	struct span *const slots[] = {&request->accept_encoding, &request->host, &request->origin,
		&request->cookie, &request->content_type, &request->authorization, &request->marker,
		&request->body};

	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		if (!slots[i]->p) {
			*slots[i] = (struct span){nothing, 0};
		}
	}
}

int http_head_read(struct span bytes, struct http_head *ret_head)
{
	struct http_head head = {0};
	struct framing framing = {0};
	struct span rest = bytes, line;
	int r;

	if (!span_next(&rest, '\n', &line) || line.len == 0) {
		return BAD;
	}
	line.len--;
	r = read_request_line(line, &head);
	r = r != 0 ? r : read_fields(rest, &head.request, &framing);
	r = r != 0 ? r : read_framing(&framing, &head);
	if (r == 0) {
		fill_absent(&head.request);
		*ret_head = head;
	}
	return r;
}
