/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as they come over the wire, in pieces as they happen to come: each is told apart the
 * same. */
#include "fuzz.h"
#include "http-inbox.h"

#include <string.h>

#define REQUESTS_MAX 64

struct seen {
	size_t n, end; /* requests, and bytes up to the end of the last one */
	int refused;
	uint64_t sum;
};

static void check_span(struct span s)
{
	FUZZ_REQUIRE(s.p);
	FUZZ_REQUIRE(!memchr(s.p, '\n', s.len) && !memchr(s.p, 0, s.len));
}

static void check_request(const struct http_inbox *inbox, const struct http_request *request)
{
	check_span(request->target);
	check_span(request->host);
	check_span(request->cookie);
	check_span(request->content_type);
	check_span(request->authorization);
	check_span(request->marker);
	FUZZ_REQUIRE(
		request->target.len > 0 && !memchr(request->target.p, ' ', request->target.len));
	FUZZ_REQUIRE(request->body.p >= inbox->bytes);
	FUZZ_REQUIRE(request->body.len <= HTTP_WIRE_BODY_MAX);
	FUZZ_REQUIRE(request->body.p + request->body.len <= inbox->bytes + inbox->len);
	FUZZ_REQUIRE(inbox->taken <= inbox->len && inbox->taken >= inbox->head_len);
	FUZZ_REQUIRE(inbox->head_len <= HTTP_HEADERS_MAX);
}

static void add(struct seen *seen, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		seen->sum = seen->sum * 31 + (unsigned char)s.p[i];
	}
	seen->sum = seen->sum * 31 + 256;
}

/* step 0: all at once */
static struct seen read_all(struct span bytes, size_t step)
{
	struct http_inbox inbox = {0};
	struct seen seen = {0};

	while (bytes.len > 0 && seen.refused == 0) {
		size_t n = step == 0 || step > bytes.len ? bytes.len : step;
		/* Apart, so that a read beyond it is noticed */
		char *piece = malloc(n);
		struct http_request request;
		int r = 0;

		FUZZ_REQUIRE(piece);
		memcpy(piece, bytes.p, n);
		FUZZ_REQUIRE(http_inbox_add(&inbox, (struct span){piece, n}) == 0);
		free(piece);
		bytes.p += n;
		bytes.len -= n;
		while (inbox.len > 0 && seen.n < REQUESTS_MAX &&
			(r = http_inbox_take(&inbox, &request)) == 0) {
			check_request(&inbox, &request);
			add(&seen, request.target);
			add(&seen, request.host);
			add(&seen, request.body);
			seen.sum = seen.sum * 31 + (uint64_t)request.method;
			seen.n++;
			http_inbox_forget(&inbox);
		}
		seen.refused = r > HTTP_HEAD_E_MORE ? r : 0;
		FUZZ_REQUIRE(seen.refused == 0 || (seen.refused >= 400 && seen.refused < 600));
	}
	http_inbox_finish(&inbox);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct seen whole = read_all(bytes, 0);
	struct seen pieces = read_all(bytes, 1 + size % 7);

	FUZZ_REQUIRE(whole.n == pieces.n && whole.sum == pieces.sum);
	FUZZ_REQUIRE(whole.refused == pieces.refused || size > HTTP_HEADERS_MAX);
	return 0;
}
