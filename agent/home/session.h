/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation with caretakerd: connect, HELLO, take SETTINGS and UNDO, tell each new state.
 * While there is nobody to talk to it waits for the socket to appear (inotify on its directory);
 * settings once taken are kept meanwhile.
 */
#pragma once

#include "keeper.h"
#include "loop.h"
#include "tidings.h"

struct session;
/* path: of the socket; borrowed, as what telling names. proc: as in keeper.h */
must_check int session_new(struct loop *loop, const char *path, const struct enforce_place *place,
	int proc, const struct tidings_config *telling, struct session **ret_session);
void session_free(struct session *session);
void session_free_p(struct session **session);
