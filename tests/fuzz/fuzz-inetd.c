/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "inetd.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len}, name;
	struct xinetd_service service;

	while (inetd_next(&text, &name)) {
		FUZZ_REQUIRE(name.p >= (const char *)bytes &&
			     name.p + name.len <= (const char *)bytes + len);
	}
	text = (struct span){(const char *)bytes, len};
	while (inetd_next_block(&text, &service) == 0) {
		FUZZ_REQUIRE(service.name.len > 0);
	}
	return 0;
}
