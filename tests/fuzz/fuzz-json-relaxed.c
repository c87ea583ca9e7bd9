/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "json-relaxed.h"

#include <string.h>

/* Only ever blanks bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);

	if (text && len > 0) {
		memcpy(text, bytes, len);
		json_relaxed_blank(text, len);
		for (size_t i = 0; i < len; i++) {
			FUZZ_REQUIRE(text[i] == (char)bytes[i] || text[i] == ' ');
		}
	}
	free(text);
	return 0;
}
