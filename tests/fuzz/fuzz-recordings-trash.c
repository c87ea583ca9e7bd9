/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "recordings-trash.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char path[PATH_MAX];

	if (recordings_trash_path((struct span){(const char *)bytes, len}, path)) {
		size_t n = strnlen(path, sizeof(path));

		FUZZ_REQUIRE(n > 0 && n < sizeof(path) && n <= len);
	}
	return 0;
}
