/* SPDX-License-Identifier: Apache-2.0 */
#include "compile.h"

#include "change.h"
#include "tool.h"

/* It writes a few kilobytes; caretakerd waits ten seconds for an answer (HAND_TIMEOUT_MS). */
#define UPDATE_TIMEOUT_MS 5000
#define UPDATE_OUTPUT_MAX 4096
#define DATABASE_MAX ((size_t)16 << 20) /* what our reader takes: GVDB_FILE_MAX */

int hand_compile(const struct enforce_place *place)
{
	static const char *const argv[] = {"/usr/bin/dconf", "update", NULL};
	const struct tool tool = {.argv = argv,
		.input = -1,
		.timeout_ms = UPDATE_TIMEOUT_MS,
		.output_max = UPDATE_OUTPUT_MAX,
		.file_max = DATABASE_MAX};
	cleanup(free_ptr) char *output = NULL;
	size_t len;
	int r;

	if (!place->root.live) {
		return ENFORCE_ERROR_NO_TOOL; /* it knows no other root than "/" */
	}
	r = tool_run(&tool, &output, &len);
	if (r == TOOL_E_ABSENT) {
		return ENFORCE_ERROR_NO_TOOL;
	}
	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_TOOL_FAILED;
}
