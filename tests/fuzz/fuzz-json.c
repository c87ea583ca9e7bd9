/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "json.h"

#include <string.h>

/* Canonical form is a fixed point, and means what the first text meant. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(json_put) struct json_object *first = NULL;
	cleanup(json_put) struct json_object *second = NULL;
	cleanup(str_finish) struct str once = {.max = 16 * len + 16};
	cleanup(str_finish) struct str twice = {.max = 16 * len + 16};

	if (json_parse((struct span){(const char *)bytes, len}, &first, NULL) != 0 ||
		json_write_canonical(first, &once) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(json_parse((struct span){once.p, once.len}, &second, NULL) == 0);
	FUZZ_REQUIRE(json_equal(first, second));
	FUZZ_REQUIRE(json_write_canonical(second, &twice) == 0);
	FUZZ_REQUIRE(once.len == twice.len && memcmp(once.p, twice.p, once.len) == 0);
	return 0;
}
