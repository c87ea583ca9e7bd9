/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the webhook what waits for it: read, sent in a lane of its own, noted. */
#pragma once

#include "api.h"

#define HOOKS_EVERY_S 5

struct hooks_run {
	struct app *app;
	const char *ca; /* a file, or NULL for what the system trusts */
	bool running;
};
/* One batch; the next at once while there is more. data: struct hooks_run */
void hooks_start(void *data);
