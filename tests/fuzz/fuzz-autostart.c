/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "autostart.h"
#include "meeting-programs.h"
#include "remote-tools.h"

#include <string.h>

/* What an entry starts stands in it, and only names of the list are known. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct span exec = autostart_exec(text);
	char *unit = span_dup(text);

	FUZZ_REQUIRE(exec.len <= len);
	FUZZ_REQUIRE(meeting_programs_start(text) || !meeting_programs_start(exec));
	FUZZ_REQUIRE(remote_tools_of_command(exec) < REMOTE_TOOL_BIT(REMOTE_TOOL_COUNT));
	FUZZ_REQUIRE(remote_tools_of_command(text) < REMOTE_TOOL_BIT(REMOTE_TOOL_COUNT));
	if (unit) {
		(void)meeting_programs_unit(unit);
		FUZZ_REQUIRE(remote_tools_of_unit(unit) < REMOTE_TOOL_BIT(REMOTE_TOOL_COUNT));
	}
	free(unit);
	return 0;
}
