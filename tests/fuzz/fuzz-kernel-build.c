/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel-build.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	char build[KERNEL_BUILD_MAX + 1];

	if (kernel_build_parse(text, build) && strlen(build) > KERNEL_BUILD_MAX) {
		abort();
	}
	if (kernel_build_parse_signature(text, "generic", build) &&
		strlen(build) > KERNEL_BUILD_MAX) {
		abort();
	}
	return kernel_build_parse_signature(text, "", build) ? -1 : 0;
}
