/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of guard.c and guard-show.c alone. */
#pragma once

#include "guard.h"

enum guard_phase {
	PHASE_UNKNOWN, /* caretaker-firewall was not asked yet, or does not answer */
	PHASE_NONE,
	PHASE_WAITING,
	PHASE_KEPT,
	PHASE_REVERTED,
};

struct guard {
	struct core *core;
	struct hand *hand;
	struct loop_source *timer; /* a look, or the next try */
	enum guard_phase phase;
	size_t pending;
	int64_t ends_ms; /* boot clock: when what waits is put back */
	int64_t next_ms; /* no try of our own before that */
	int64_t pause_ms;
	int64_t told_before; /* number of the last report built before the change */
};

/* What the control says now */
enum posture_state guard_state(const struct guard *guard);
