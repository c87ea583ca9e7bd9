/* SPDX-License-Identifier: Apache-2.0 */
#include "facts-parts.h"
#include "tool.h"

#define OUTPUT_MAX ((size_t)8 << 20)
#define TIMEOUT_MS 20000

/*
 * Nothing but the database is read (rpm(8)): no signature is checked again, no file looked at.
 * Whoever may sign in may ask it, so that nobody will do.
 */
int facts_rpm_read(void *data, char **ret_lines, size_t *ret_len)
{
	static const char *const argv[] = {"/usr/bin/rpm", "--query", "--all", "--nodigest",
		"--nosignature", "--queryformat",
		"%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n", NULL};
	const struct tool tool = {
		.argv = argv,
		.input = -1,
		.timeout_ms = TIMEOUT_MS,
		.output_max = OUTPUT_MAX,
		.nobody = true,
	};
	int r = tool_run(&tool, ret_lines, ret_len);

	(void)data;
	switch (r) {
	case TOOL_E_LIMIT:
	case TOOL_E_TIMEOUT:
		return FACTS_E_LIMIT;
	case TOOL_E_ABSENT:
	case TOOL_E_FAILED:
		return FACTS_E_NO_TOOL;
	default:
		return r;
	}
}
