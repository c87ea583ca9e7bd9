/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "deb-stanza.h"

#include <string.h>

struct seen {
	uint64_t hash;
	size_t n;
};

static void text_add(struct seen *seen, const char *text)
{
	for (; *text; text++) {
		seen->hash = (seen->hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
	}
	seen->hash = seen->hash * 31 + 1;
}

static int stanza_take(const struct deb_stanza *stanza, void *data)
{
	struct seen *seen = data;

	seen->n++;
	text_add(seen, stanza->package);
	text_add(seen, stanza->version);
	text_add(seen, stanza->architecture);
	text_add(seen, stanza->status);
	seen->hash += stanza->damaged;
	return 0;
}

static struct seen read_by(const uint8_t *bytes, size_t len, size_t step)
{
	struct seen seen = {0};
	struct deb_reader reader = {.fn = stanza_take, .data = &seen};

	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;

		FUZZ_REQUIRE(deb_reader_feed(&reader, (const char *)bytes + at, n) == 0);
	}
	FUZZ_REQUIRE(deb_reader_end(&reader) == 0);
	return seen;
}

/* However the bytes arrive in pieces, the same stanzas come out. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct seen whole = read_by(bytes, len, len ? len : 1);

	for (size_t step = 1; step < 8; step += 3) {
		struct seen pieces = read_by(bytes, len, step);

		FUZZ_REQUIRE(pieces.n == whole.n && pieces.hash == whole.hash);
	}
	return 0;
}
