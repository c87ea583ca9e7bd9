/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "xml.h"

#include <string.h>

struct seen {
	uint64_t hash;
	size_t depth;
};

static void text_add(struct seen *seen, const char *text)
{
	FUZZ_REQUIRE(strlen(text) <= XML_VALUE_MAX);
	for (; *text; text++) {
		seen->hash = (seen->hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
	}
	seen->hash = seen->hash * 31 + 1;
}

static int start(const struct xml_element *element, void *data)
{
	struct seen *seen = data;

	FUZZ_REQUIRE(++seen->depth <= XML_DEPTH_MAX);
	text_add(seen, element->name);
	for (size_t i = 0; i < element->n_attributes; i++) {
		text_add(seen, element->attributes[i].name);
		text_add(seen, element->attributes[i].value);
	}
	return 0;
}

static int end(const char *name, const char *text, bool cut, void *data)
{
	struct seen *seen = data;

	FUZZ_REQUIRE(seen->depth-- > 0);
	text_add(seen, name);
	text_add(seen, text);
	seen->hash += cut;
	return 0;
}

static uint64_t read_by(const uint8_t *bytes, size_t len, size_t step)
{
	cleanup(xml_reader_free_p) struct xml_reader *reader = NULL;
	struct seen seen = {0};
	int r = 0;

	FUZZ_REQUIRE(xml_reader_new(start, end, &seen, &reader) == 0);
	for (size_t at = 0; at < len && r == 0; at += step) {
		r = xml_reader_feed(
			reader, (const char *)bytes + at, len - at < step ? len - at : step);
	}
	if (r == 0) {
		r = xml_reader_end(reader);
		FUZZ_REQUIRE(r != 0 || seen.depth == 0);
	}
	return seen.hash * 2 + (r != 0);
}

/* However the bytes arrive in pieces, the same elements come out. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint64_t whole = read_by(bytes, len, len ? len : 1);

	FUZZ_REQUIRE(read_by(bytes, len, 1) == whole);
	FUZZ_REQUIRE(read_by(bytes, len, 7) == whole);
	return 0;
}
