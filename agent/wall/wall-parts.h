/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of wall.c and wall-acts.c alone. */
#pragma once

#include "wall.h"

struct serve;

struct wall {
	struct wall_setup setup;
	struct wall_state state;
	struct loop_source *timer; /* until it is put back */
	struct serve *serve;
};

struct wall_act {
	const char *name;
	int64_t format, seconds;
	bool mdns;
};

/* ret_left: somebody's value was left alone. ACTS_E_*: it is not back yet. */
must_check int wall_put_back(struct wall *wall, enum wall_phase phase, bool *ret_left);
/* -1: never */
must_check int wall_timer_set(struct wall *wall, int64_t after_ms);

/* The five words: 0 or -errno, with what they did in changes */
must_check int wall_do_apply(
	struct wall *wall, const struct wall_act *act, struct enforce_changes *changes);
must_check int wall_do_confirm(
	struct wall *wall, const struct wall_act *act, struct enforce_changes *changes);
must_check int wall_do_keep(
	struct wall *wall, const struct wall_act *act, struct enforce_changes *changes);
must_check int wall_do_look(
	struct wall *wall, const struct wall_act *act, struct enforce_changes *changes);
must_check int wall_do_undo(
	struct wall *wall, const struct wall_act *act, struct enforce_changes *changes);
