/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "clamd-conf.h"

#include <string.h>

/* Nothing is covered that no line names. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct clamd_on_access on_access;

	clamd_conf_parse((struct span){(const char *)bytes, len}, &on_access);
	if (on_access.everything || on_access.homes || on_access.part) {
		FUZZ_REQUIRE(memmem(bytes, len, "OnAccess", 8));
	}
	return 0;
}
