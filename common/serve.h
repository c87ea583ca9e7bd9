/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that is started by its socket, answers caretakerd one message at a time, and ends when
 * nobody wants anything, or sleeps where there is something to stay for. One peer is served at
 * once, and it must be root; who asks what is not in the table of messages (ipc-table.h) is
 * dropped.
 */
#pragma once

#include "ipc-table.h"
#include "loop.h"

struct serve_setup {
	struct loop *loop;
	int listener; /* borrowed */
	int64_t idle_ms;
	/* The answer to a message of the core to `party`. 0, or -ENOMEM; the rest drops the peer.
	 */
	enum ipc_party party;
	int (*answer)(void *data, enum ipc_type type, struct json_object *body,
		enum ipc_type *ret_type, struct json_object **ret_body);
	bool (*busy)(void *data); /* not to end yet; NULL: never */
	/* To sleep until somebody asks, instead of ending: asked once it is idle. NULL: never */
	bool (*stays)(void *data);
	/*
	 * What slept is no longer as good as a process started now: it ends as soon as somebody
	 * calls, and leaves the call to that one. NULL: it always is.
	 */
	bool (*outlived)(void *data);
	void *data;
};

struct serve;
must_check int serve_new(const struct serve_setup *setup, struct serve **ret_serve);
/* Idle once more from now on: then what `stays` said is asked again. */
must_check int serve_reconsider(struct serve *serve);
void serve_free(struct serve *serve);
void serve_free_p(struct serve **serve);
