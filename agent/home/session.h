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
struct session_config {
	const char *path;     /* of the socket; borrowed, as what telling names */
	const char *programs; /* as in listener.h */
	int proc;	      /* as in keeper.h */
	struct enforce_place place;
	struct tidings_config telling;
};
must_check int session_new(
	struct loop *loop, const struct session_config *config, struct session **ret_session);
void session_free(struct session *session);
void session_free_p(struct session **session);
