/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "apt-release.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct apt_release release;

	FUZZ_TRY(apt_release_parse(text, &release));
	return 0;
}
