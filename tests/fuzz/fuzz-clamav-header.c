/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "clamav-header.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct clamav_header header = {0};

	if (clamav_header_parse((struct span){(const char *)bytes, len}, &header) == 0) {
		FUZZ_REQUIRE(len >= CLAMAV_HEADER_LEN);
		FUZZ_REQUIRE(header.built_s > 0);
	}
	return 0;
}
