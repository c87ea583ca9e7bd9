/* SPDX-License-Identifier: Apache-2.0 */
#include "plug.h"

#include "change.h"
#include "tool.h"

#include <string.h>

/* snapd writes its profiles anew; two plugs of one snap are asked for within HAND_TIMEOUT_MS. */
#define SNAP_TIMEOUT_MS 12000
#define SNAP_OUTPUT_MAX 4096
#define SNAP "/usr/bin/snap"

/* Whole commands, so that none is ever made of what was read */
#define ROW(plug)                                       \
	{                                               \
		plug, {SNAP, "disconnect", plug, NULL}, \
		{                                       \
			SNAP, "connect", plug, NULL     \
		}                                       \
	}
static const struct {
	const char *plug;
	const char *disconnect[4], *connect[4];
} rows[] = {
	ROW("teams-for-linux:audio-record"),
	ROW("teams-for-linux:camera"),
	ROW("zoom-client:audio-record"),
	ROW("zoom-client:camera"),
};
#undef ROW

static int ask(const char *const *argv)
{
	const struct tool tool = {.argv = argv,
		.input = -1,
		.timeout_ms = SNAP_TIMEOUT_MS,
		.output_max = SNAP_OUTPUT_MAX};
	cleanup(free_ptr) char *output = NULL;
	size_t len;
	int r = tool_run(&tool, &output, &len);

	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_SNAPD;
}

int hand_plug(const struct enforce_place *place, const char *plug, bool connect)
{
	if (!place->root.live) {
		return ENFORCE_ERROR_SNAPD; /* snapd knows no other root than "/" */
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].plug, plug) == 0) {
			return ask(connect ? rows[i].connect : rows[i].disconnect);
		}
	}
	return ENFORCE_ERROR_OUT_OF_BOUNDS;
}
