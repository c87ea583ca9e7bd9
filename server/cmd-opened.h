/* SPDX-License-Identifier: Apache-2.0 */
/* The state and the store that a command of the server's own shell works on */
#pragma once

#include "state.h"

struct opened {
	struct state state; /* .fd is -1 until it is open */
	struct store *store;
};

void opened_finish(struct opened *opened);
/*
 * create: what is not there yet is made. false: said on stderr why not; to be finished all the
 * same.
 */
must_check bool opened_open_state(const char *path, bool create, struct state *ret_state);
must_check bool opened_open(
	const char *path, bool create, enum store_mode mode, struct opened *opened);
