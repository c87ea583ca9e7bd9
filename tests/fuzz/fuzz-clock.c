/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	char again[CLOCK_TEXT_LEN];
	int64_t wall_s;

	FUZZ_TRY(clock_parse_rfc5322(text, len, &wall_s));
	if (clock_parse(text, len, &wall_s) != 0) {
		return 0;
	}
	clock_format(wall_s, again);
	FUZZ_REQUIRE(len <= strlen(again) && memcmp(again, text, len - (len == 20)) == 0);
	return 0;
}
