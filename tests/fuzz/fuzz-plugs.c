/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "plugs.h"

#include <string.h>

/* snapd's own state, which root reads: every line is a plug of this snap. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(str_finish) struct str text = {.max = ENFORCE_PLUGS_TEXT_MAX};
	struct span state = {(const char *)bytes, len}, rest, line;
	bool known = false;

	if (enforce_plugs_text(state, "zoom-client", &text, &known) != 0) {
		return 0;
	}
	rest = (struct span){text.p, text.len};
	while (text.len > 0 && span_next(&rest, '\n', &line)) {
		FUZZ_REQUIRE(line.len == 0 || span_starts(line, "zoom-client:"));
	}
	return 0;
}
