/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "scan-command.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	int64_t end;

	if (scan_log_last((struct span){(const char *)bytes, len}, &end) == 0) {
		FUZZ_REQUIRE(memmem(bytes, len, "End Date:", 9));
	}
	return 0;
}
