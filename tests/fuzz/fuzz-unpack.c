/* SPDX-License-Identifier: Apache-2.0 */
/* However the bytes come in, whole or one by one, the outcome and the output are the same. */
#include "fuzz.h"
#include "unpack.h"

#include <string.h>

#define OUTPUT_MAX ((size_t)1 << 20)

struct feed {
	const uint8_t *p;
	size_t left;
	size_t piece;
	size_t total;
	uint32_t hash;
};

static int feed_read(void *data, void *buf, size_t size, size_t *ret_n)
{
	struct feed *feed = data;
	size_t n = feed->left < size ? feed->left : size;

	n = n < feed->piece ? n : feed->piece;
	if (n > 0) {
		memcpy(buf, feed->p, n);
	}
	feed->p += n;
	feed->left -= n;
	*ret_n = n;
	return 0;
}

static int feed_write(void *data, const void *bytes, size_t len)
{
	struct feed *feed = data;

	for (size_t i = 0; i < len; i++) {
		feed->hash = (feed->hash ^ ((const uint8_t *)bytes)[i]) * 16777619U;
	}
	feed->total += len;
	FUZZ_REQUIRE(feed->total <= OUTPUT_MAX);
	return 0;
}

static int feed_run(struct feed *feed)
{
	const struct unpack_pipe pipe = {
		.read = feed_read, .write = feed_write, .data = feed, .output_max = OUTPUT_MAX};
	int r = unpack_run(&pipe);

	FUZZ_REQUIRE(r == 0 || r == UNPACK_E_DAMAGED || r == UNPACK_E_LIMIT || r == -ENOMEM);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct feed whole = {.p = bytes, .left = len, .piece = SIZE_MAX};
	struct feed pieces = {.p = bytes, .left = len, .piece = 1};
	int r = feed_run(&whole), s = feed_run(&pieces);

	FUZZ_REQUIRE((r == 0) == (s == 0));
	FUZZ_REQUIRE(r != 0 || (whole.total == pieces.total && whole.hash == pieces.hash));
	return 0;
}
