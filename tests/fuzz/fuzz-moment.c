/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "moment.h"
#include "str.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(free_ptr) char *text = span_dup((struct span){(const char *)bytes, len});
	int64_t begin, end;

	if (!text || moment_parse(text, 1000, false, &begin) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(begin >= 0);
	/* a time is the same either way, and a day ends after it began */
	FUZZ_REQUIRE(moment_parse(text, 1000, true, &end) == 0 && end >= begin);
	return 0;
}
