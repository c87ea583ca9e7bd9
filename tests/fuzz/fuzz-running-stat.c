/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a process calls itself, its name ends where the kernel ends it. */
#include "fuzz.h"
#include "running.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char text[512], name[RUNNING_NAME_MAX + 1];

	if (len >= sizeof(text)) {
		return 0;
	}
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (running_stat_read(text, name)) {
		FUZZ_REQUIRE(strlen(name) <= RUNNING_NAME_MAX);
		FUZZ_REQUIRE(name[0] == '\0' || strstr(text, name));
	}
	return 0;
}
