/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"
#include "fuzz.h"

#include <string.h>

/* What decodes has one spelling: the one we write. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	cleanup(free_ptr) char *decoded = NULL;
	cleanup(str_finish) struct str again = {.max = len + 4};
	size_t decoded_len;

	if (base64url_decode(text, len, &decoded, &decoded_len) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(base64url_append(&again, decoded, decoded_len) == 0);
	FUZZ_REQUIRE(again.len == len && memcmp(again.p, bytes, len) == 0);
	return 0;
}
