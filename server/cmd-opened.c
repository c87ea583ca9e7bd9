/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd-opened.h"

#include "log.h"

#include <string.h>

void opened_finish(struct opened *opened)
{
	store_close(opened->store);
	state_finish(&opened->state);
}

bool opened_open_state(const char *path, bool create, struct state *ret_state)
{
	int r = state_open(path, create, ret_state);

	if (r < 0) {
		log_error("could not open %s: %s", path,
			r == -EPERM ? "it must belong to you, and to nobody else" : strerror(-r));
	}
	return r == 0;
}

bool opened_open(const char *path, bool create, enum store_mode mode, struct opened *opened)
{
	const char *error = NULL;
	int r;

	if (!opened_open_state(path, create, &opened->state)) {
		return false;
	}
	r = state_open_store(&opened->state, mode, &opened->store, &error);
	if (r != 0) {
		log_error("could not open the store in %s: %s", path, error);
	}
	return r == 0;
}
