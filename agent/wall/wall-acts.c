/* SPDX-License-Identifier: Apache-2.0 */
/* What each of the five words does. */
#include "wall-parts.h"

#include "connections.h"
#include "log.h"

#include <string.h>

/* What was changed, in the rows of the plan that it was changed by */
static int changes_tell(const struct wall_state *state, enum enforce_result result,
	enum enforce_error error, struct enforce_changes *changes)
{
	const struct wall_look former = {
		.manager = state->manager,
		.ufw_enabled = state->former.ufw_enabled,
		.ufw_default = state->former.ufw_default,
		.zone = WALL_ZONE_OPEN,
	};
	int r = wall_plan(&former, changes);

	for (size_t i = 0; r == 0 && i < changes->len; i++) {
		struct enforce_change *change = &changes->items[i];

		change->result = result;
		change->error = error;
		if (result == ENFORCE_UNDONE || result == ENFORCE_CONFLICT) {
			struct json_object *from = change->from;

			change->from = change->to;
			change->to = from;
		}
	}
	return r;
}

/* What nobody asked for is refused from now on; what is open stays open. */
static int doors_close(const struct wall_look *look, bool mdns)
{
	int r = connections_track();

	if (r < 0) {
		log_warning("connections that are open may be cut: %s", strerror(-r));
	}
	return acts_apply(look, mdns);
}

static int state_set(struct wall *wall, const struct wall_state *state)
{
	int r = wall_store_save(wall->setup.state, state);

	if (r == 0) {
		wall->state = *state;
	}
	return r;
}

int wall_timer_set(struct wall *wall, int64_t after_ms)
{
	return wall->timer ? loop_timer_set(wall->timer, after_ms) : 0;
}

/* ret_left: somebody's value was left alone. ACTS_E_*: it is not back yet. */
int wall_put_back(struct wall *wall, enum wall_phase phase, bool *ret_left)
{
	struct wall_state state = wall->state;
	struct wall_look look;
	int r = wall_look_at(&wall->setup.root, state.manager, &look);

	if (r == 0) {
		r = acts_undo(&look, &state.former, ret_left);
	}
	if (r == 0) {
		state.phase = phase;
		r = state_set(wall, &state);
	}
	return r;
}

static int failed(const struct wall_state *state, int r, struct enforce_changes *changes)
{
	return changes_tell(state, ENFORCE_FAILED,
		r == ACTS_E_ABSENT   ? ENFORCE_ERROR_NO_FIREWALL
		: r == ACTS_E_FAILED ? ENFORCE_ERROR_FIREWALL_FAILED
				     : ENFORCE_ERROR_SYSTEM,
		changes);
}

/* The first time: the former values go to the disk before anything is changed. */
static int apply_first(struct wall *wall, const struct wall_look *look, const struct wall_act *act,
	struct enforce_changes *changes)
{
	const struct wall_state none = {.phase = WALL_NONE};
	const struct wall_state state = {
		.phase = act->seconds > 0 ? WALL_WAITING : WALL_KEPT,
		.manager = look->manager,
		.former = {look->ufw_enabled, look->ufw_default},
		.mdns = act->mdns,
	};
	bool left;
	int r = state_set(wall, &state);

	if (r != 0) {
		return r;
	}
	r = doors_close(look, act->mdns);
	if (r == -ENOMEM) {
		return r; /* this process ends, and the next one puts it back */
	}
	if (r != 0) {
		int back = wall_put_back(wall, WALL_NONE, &left);

		back = back > 0 ? state_set(wall, &none) : back;
		return back != 0 ? back : failed(&state, r, changes);
	}
	r = wall_timer_set(wall, act->seconds > 0 ? act->seconds * 1000 : -1);
	return r == 0 ? changes_tell(&state, ENFORCE_APPLIED, ENFORCE_NO_ERROR, changes) : r;
}

/* Somebody changed since what is kept, or the machine was started without it. */
static int apply_again(struct wall *wall, struct wall_look *look, const struct wall_act *act,
	struct enforce_changes *changes)
{
	struct wall_state state = wall->state;
	int r;

	if (look->manager != state.manager) {
		return changes_tell(&state, ENFORCE_CONFLICT, ENFORCE_ERROR_OTHER_RULES, changes);
	}
	state.mdns = act->mdns;
	r = state_set(wall, &state);
	if (r == 0) {
		r = doors_close(look, act->mdns);
	}
	if (r < 0) {
		return r;
	}
	return r > 0 ? failed(&state, r, changes)
		     : changes_tell(&state, ENFORCE_APPLIED, ENFORCE_NO_ERROR, changes);
}

static bool all_planned(const struct enforce_changes *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		if (changes->items[i].result != ENFORCE_PLANNED) {
			return false;
		}
	}
	return true;
}

int wall_do_apply(struct wall *wall, const struct wall_act *act, struct enforce_changes *changes)
{
	struct wall_look look;
	int r = wall_look(&wall->setup.root, &look);

	if (r == 0) {
		r = wall_plan(&look, changes);
	}
	/* What its manager does not let us do is told as the plan tells it. */
	if (r != 0 || !all_planned(changes)) {
		return r;
	}
	enforce_changes_finish(changes);
	*changes = (struct enforce_changes){0};
	if (wall->state.phase == WALL_WAITING || wall->state.phase == WALL_KEPT) {
		return apply_again(wall, &look, act, changes);
	}
	return apply_first(wall, &look, act, changes);
}

int wall_do_keep(struct wall *wall, const struct wall_act *act, struct enforce_changes *changes)
{
	if (wall->state.phase == WALL_REVERTED) {
		return changes_tell(
			&wall->state, ENFORCE_UNDONE, ENFORCE_ERROR_UNCONFIRMED, changes);
	}
	return wall_do_apply(wall, act, changes);
}

int wall_do_confirm(struct wall *wall, const struct wall_act *act, struct enforce_changes *changes)
{
	struct wall_state state = wall->state;
	int r;

	(void)act;
	if (state.phase != WALL_WAITING) {
		return 0;
	}
	state.phase = WALL_KEPT;
	r = state_set(wall, &state);
	if (r == 0) {
		r = wall_timer_set(wall, -1);
	}
	return r == 0 ? changes_tell(&state, ENFORCE_APPLIED, ENFORCE_NO_ERROR, changes) : r;
}

int wall_do_undo(struct wall *wall, const struct wall_act *act, struct enforce_changes *changes)
{
	const struct wall_state before = wall->state;
	const struct wall_state none = {.phase = WALL_NONE};
	bool left = false;
	int r;

	(void)act;
	if (before.phase == WALL_NONE || before.phase == WALL_REVERTED) {
		return state_set(wall, &none);
	}
	r = wall_put_back(wall, WALL_NONE, &left);
	if (r < 0) {
		return r;
	}
	if (r > 0) {
		return failed(&before, r, changes);
	}
	r = wall_timer_set(wall, -1);
	if (r != 0) {
		return r;
	}
	return left ? changes_tell(&before, ENFORCE_CONFLICT, ENFORCE_ERROR_OTHER_VALUE, changes)
		    : changes_tell(&before, ENFORCE_UNDONE, ENFORCE_NO_ERROR, changes);
}

int wall_do_look(struct wall *wall, const struct wall_act *act, struct enforce_changes *changes)
{
	(void)act;
	switch (wall->state.phase) {
	case WALL_NONE:
		break;
	case WALL_WAITING:
		return changes_tell(&wall->state, ENFORCE_PLANNED, ENFORCE_NO_ERROR, changes);
	case WALL_KEPT:
		return changes_tell(&wall->state, ENFORCE_APPLIED, ENFORCE_NO_ERROR, changes);
	case WALL_REVERTED:
		return changes_tell(
			&wall->state, ENFORCE_UNDONE, ENFORCE_ERROR_UNCONFIRMED, changes);
	}
	return 0;
}
