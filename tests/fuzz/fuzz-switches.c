/* SPDX-License-Identifier: Apache-2.0 */
/* A book that is taken names only what can be a name in sysfs, and is the same written and read. */
#include "fuzz.h"
#include "switches.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(str_finish) struct str out = {.max = SWITCHES_BOOK_MAX};
	struct switches_book book, again;

	if (switches_book_parse((struct span){(const char *)bytes, len}, &book) != 0) {
		return 0;
	}
	for (size_t i = 0; i < book.parts.len; i++) {
		const struct switches_part *part = &book.parts.items[i];

		FUZZ_REQUIRE(switches_name_valid(part->name) && !strchr(part->name, '/'));
		FUZZ_REQUIRE(part->way != SWITCHES_DRIVER ||
			     (switches_name_valid(part->bus) && switches_name_valid(part->driver)));
	}
	FUZZ_REQUIRE(switches_book_write(&book, &out) == 0);
	FUZZ_REQUIRE(switches_book_parse((struct span){out.p, out.len}, &again) == 0);
	FUZZ_REQUIRE(again.parts.len == book.parts.len);
	FUZZ_REQUIRE(memcmp(again.off, book.off, sizeof(book.off)) == 0);
	return 0;
}
