/* SPDX-License-Identifier: Apache-2.0 */
#include "http-outbox.h"

#include <event2/util.h>
#include <string.h>
#include <time.h>

#define JOINED_MAX 12000 /* bytes of an answer that leaves as one record */

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{409, "Conflict"},
	{410, "Gone"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{417, "Expectation Failed"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

const char *http_reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].status == status) {
			return reasons[i].reason;
		}
	}
	return "Error";
}

static const char for_browsers[] =
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
	"form-action 'self'; frame-ancestors 'none'\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Cross-Origin-Resource-Policy: same-origin\r\n"
	"Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n"
	"Referrer-Policy: no-referrer\r\n"
	"Strict-Transport-Security: max-age=31536000\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"Server: caretaker\r\n";

/* What follows the head, unless a HEAD asked */
static struct span body_of(const struct http_answer *answer)
{
	return answer->file.len > 0 ? answer->file
				    : (struct span){answer->body.p, answer->body.len};
}

static int add(struct str *out, const char *name, const char *value)
{
	int r = 0;

	if (value && value[0]) {
		r = str_append_z(out, name);
		r = r < 0 ? r : str_append(out, ": ", 2);
		r = r < 0 ? r : str_append_z(out, value);
		r = r < 0 ? r : str_append(out, "\r\n", 2);
	}
	return r;
}

static int add_number(struct str *out, const char *name, size_t number)
{
	return str_appendf(out, "%s: %zu\r\n", name, number);
}

static int add_head(
	struct str *out, const struct http_answer *answer, const char *date, bool closes)
{
	const struct {
		const char *name, *value;
	} fields[] = {
		{"Date", date},
		{"Cache-Control", answer->cache ? answer->cache : "no-store"},
		{"Content-Type", answer->type},
		{"Content-Encoding", answer->gzip ? "gzip" : NULL},
		{"Vary", answer->varies ? "Accept-Encoding" : NULL},
		{"Allow", answer->allow},
		{"Set-Cookie", answer->cookie},
		{"Link", answer->link.p},
		{"Connection", closes ? "close" : NULL},
	};
	int r = str_appendf(out, "HTTP/1.1 %d %s\r\n", answer->status, http_reason(answer->status));

	if (r == 0 && !answer->program) {
		r = str_append(out, for_browsers, sizeof(for_browsers) - 1);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(fields); i++) {
		r = add(out, fields[i].name, fields[i].value);
	}
	if (r == 0 && answer->retry_after_s > 0) {
		r = add_number(out, "Retry-After", (size_t)answer->retry_after_s);
	}
	/* RFC 9110 section 8.6: none with 204 */
	if (r == 0 && answer->status != 204) {
		r = add_number(out, "Content-Length", body_of(answer).len);
	}
	return r < 0 ? r : str_append(out, "\r\n", 2);
}

/* RFC 9110 section 5.6.7 */
static const char *date_of(struct http_desk *desk)
{
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	if (desk->date_s != ts.tv_sec && gmtime_r(&ts.tv_sec, &tm)) {
		evutil_date_rfc1123(desk->date, sizeof(desk->date), &tm);
		desk->date_s = ts.tv_sec;
	}
	return desk->date;
}

void http_outbox_finish(struct http_outbox *outbox)
{
	for (size_t i = 0; i < ARRAY_LEN(outbox->held); i++) {
		free(outbox->held[i]);
	}
	*outbox = (struct http_outbox){0};
}

int http_outbox_put(struct http_outbox *outbox, struct http_desk *desk, struct http_answer *answer,
	bool without_body, bool closes)
{
	struct str *scratch = &desk->scratch;
	struct span body = without_body ? (struct span){0} : body_of(answer);
	int r;

	str_clear(scratch);
	r = add_head(scratch, answer, date_of(desk), closes);
	if (r == 0 && scratch->len + body.len <= JOINED_MAX) {
		r = body.len > 0 ? str_append(scratch, body.p, body.len) : 0;
		body.len = 0;
	}
	if (body.len > 0 && answer->file.len == 0) {
		outbox->held[1] = TAKE_PTR(answer->body.p);
		answer->body = (struct str){0};
	}
	outbox->rest[0] = (struct span){scratch->p, scratch->len};
	outbox->rest[1] = body;
	str_finish(&answer->body);
	str_finish(&answer->link);
	return r;
}

int http_outbox_keep(struct http_outbox *outbox)
{
	struct span *first = &outbox->rest[0];

	if (first->len > 0) {
		outbox->held[0] = malloc(first->len);
		if (!outbox->held[0]) {
			return -ENOMEM;
		}
		memcpy(outbox->held[0], first->p, first->len);
		first->p = outbox->held[0];
	}
	return 0;
}

int http_outbox_write(struct http_outbox *outbox, struct tls_stream *stream)
{
	for (size_t i = 0; i < ARRAY_LEN(outbox->rest); i++) {
		struct span *rest = &outbox->rest[i];

		while (rest->len > 0) {
			size_t n = 0;
			int r = tls_stream_write(stream, *rest, &n);

			if (r != 0) {
				return r;
			}
			rest->p += n;
			rest->len -= n;
		}
	}
	return 0;
}
