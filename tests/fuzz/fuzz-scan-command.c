/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "scan-command.h"

#include <string.h>

/* Nothing scans that names no scanner, and a log's path stays within its bounds. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct scan_command command;

	scan_script_parse(text, &command);
	FUZZ_REQUIRE(strlen(command.log) <= SCAN_LOG_PATH_MAX);
	if (command.coverage != SCAN_NONE) {
		FUZZ_REQUIRE(len >= 8);
	}
	scan_command_parse(text, &command);
	FUZZ_REQUIRE(strlen(command.log) <= SCAN_LOG_PATH_MAX);
	return 0;
}
