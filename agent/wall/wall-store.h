/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was done to the firewall, on disk before it is done: after a crash or a power cut the next
 * start knows what to put back.
 */
#pragma once

#include "acts.h"
#include "json.h"

#define WALL_STATE_NAME "state.json"
#define WALL_STATE_MAX ((size_t)4096)

enum wall_phase {
	WALL_NONE,     /* nothing of ours; no file */
	WALL_WAITING,  /* changed, and nobody said yet that the network still works */
	WALL_KEPT,     /* confirmed */
	WALL_REVERTED, /* nobody confirmed in time: put back, and not tried again unasked */
};
#define WALL_PHASE_COUNT 4

struct wall_state {
	enum wall_phase phase;
	enum wall_manager manager;
	struct acts_former former;
	bool mdns;
};

#define WALL_STORE_E_BROKEN 1 /* not what was written here */
/* WALL_NONE without a file */
must_check int wall_store_load(int dirfd, struct wall_state *ret_state);
/* Durable when it returns 0 */
must_check int wall_store_save(int dirfd, const struct wall_state *state);
/* Pure. WALL_STORE_E_BROKEN, -ENOMEM */
must_check int wall_state_parse(struct span text, struct wall_state *ret_state);
must_check int wall_state_write(const struct wall_state *state, struct str *out);
