/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "distro-info.h"
#include "os-release.h"

#include <string.h>

/* Whatever the file says, its id is safe to be part of a path. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct os_release release;
	struct distro_info info;

	os_release_parse(text, &release);
	FUZZ_REQUIRE(strlen(release.id) <= OS_RELEASE_VALUE_MAX);
	FUZZ_TRY(distro_info_find(text, span_z("12"), span_z(""), &info));
	FUZZ_TRY(distro_info_find(text, span_z(""), span_z("sid"), &info));
	return 0;
}
