/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-firewall's part of fw.inbound-default-deny: what caretakerd asks is done, and undone by
 * itself unless somebody confirms in time that the network still works.
 *
 *	FIREWALL_ACT {"act":A,"format":1,"mdns":bool,"seconds":n}
 *	HAND_DONE    {"changes":[CHANGE],"format":1}
 *
 * A: "apply" (asked for by a person), "keep" (the same, unless it was put back before), "confirm",
 * "undo", "look": what stands, as applied (kept), planned (waits for a word), or undone (put back).
 * seconds: until it is put back; 0 keeps it at once.
 */
#pragma once

#include "ipc.h"
#include "loop.h"
#include "wall-store.h"

#define WALL_RETRY_MS 10000 /* after putting back failed */

struct wall_setup {
	struct loop *loop; /* NULL: nothing waits; for wall_restore */
	int listener;	   /* borrowed, as all fds here */
	int state;	   /* the directory of state.json */
	struct sysroot root;
	int64_t idle_ms;
};

struct wall;
/* What waited for a word when its process ended is put back first. */
must_check int wall_new(const struct wall_setup *setup, struct wall **ret_wall);
void wall_free(struct wall *wall);
void wall_free_p(struct wall **wall);

/* At the start of the machine: what was confirmed comes back, what was not goes. */
must_check int wall_restore(const struct wall_setup *setup);
/* One message's body to its answer, also for tests. The caller puts ret_body. */
must_check int wall_answer(struct wall *wall, struct json_object *body, enum ipc_type *ret_type,
	struct json_object **ret_body);
