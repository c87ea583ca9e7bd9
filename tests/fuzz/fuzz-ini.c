/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct ini ini = {.rest = {(const char *)bytes, len}};
	size_t lines = 0;

	while (ini_next(&ini)) {
		FUZZ_REQUIRE(++lines <= len);
		FUZZ_REQUIRE(ini.key.len + ini.value.len <= len);
	}
	return 0;
}
