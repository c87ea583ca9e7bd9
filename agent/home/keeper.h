/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps one user's clients: plans, applies, watches, puts back what drifts, and leaves a client
 * alone that keeps writing its own value. Knows nothing of sockets.
 */
#pragma once

#include "journal.h"
#include "loop.h"
#include "place.h"
#include "profile.h"

#define KEEPER_RESTORED_MAX 32

struct keeper;
/* The state is another one. */
typedef int (*keeper_fn)(void *data);

struct keeper_config {
	struct enforce_place place; /* its fds stay the caller's; person is the keeper's own */
	int proc;		    /* directory fd of /proc, the caller's; -1: nothing runs */
	int state;		    /* directory of the journal; -1: nothing can be written */
	keeper_fn changed;
	void *data;
};

must_check int keeper_new(
	struct loop *loop, const struct keeper_config *config, struct keeper **ret_keeper);
void keeper_free(struct keeper *keeper);
void keeper_free_p(struct keeper **keeper);
/* HOME_SETTINGS; JSON_E_* when it is none. The first state follows by `changed`. */
must_check int keeper_set(struct keeper *keeper, struct json_object *settings);
/* HOME_UNDO; JSON_E_*. The client is then left alone until the next settings. */
must_check int keeper_undo(struct keeper *keeper, struct json_object *body);
/* Clients of which something is kept that waits until they are closed: each once, for the call */
must_check int keeper_waiting(const struct keeper *keeper,
	int (*fn)(const struct enforce_profile *profile, void *data), void *data);
/* Settings that are not as they would be kept, and are only looked at */
size_t keeper_asked(const struct keeper *keeper);
/* HOME_STATE; the caller puts it. */
must_check int keeper_state(const struct keeper *keeper, struct json_object **ret_body);
