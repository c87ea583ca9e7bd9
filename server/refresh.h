/* SPDX-License-Identifier: Apache-2.0 */
/* What the server does by itself: sign policies anew, count the day, forget what is old. */
#pragma once

#include "api.h"
#include "state.h"

/* At once, on this thread; false after a log line. Without policy.key only a warning is given. */
bool refresh_now(
	const struct state *state, const char *datadir, struct store *store, int64_t now_s);

/* Every device that fell silent is shown so from now on: what a server that stood still has to make
 * up for. */
bool refresh_sweep(struct store *store, int64_t now_s);

struct refresh {
	struct app *app;
	const struct state *state;
	const char *datadir;
	bool running;
	bool again;
};
/* Starts one round on the lanes, behind the one that may run now. data: struct refresh */
void refresh_start(void *data);
