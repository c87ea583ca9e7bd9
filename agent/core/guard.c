/* SPDX-License-Identifier: Apache-2.0 */
#include "guard.h"

#include "guard-parts.h"
#include "hand.h"
#include "keeper-parts.h"
#include "kept.h"
#include "log.h"
#include "sender.h"
#include "wall-plan.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define STATE_NOTE "firewall/state.json" /* ARCHITECTURE.md, Paths */

enum act { ACT_APPLY, ACT_CONFIRM, ACT_KEEP, ACT_LOOK, ACT_UNDO };
static const char *const act_names[] = {[ACT_APPLY] = "apply",
	[ACT_CONFIRM] = "confirm",
	[ACT_KEEP] = "keep",
	[ACT_LOOK] = "look",
	[ACT_UNDO] = "undo"};

/* What one question was for */
struct question {
	struct guard *guard;
	struct gather *gather; /* NULL when nobody waits for it */
	enum act act;
};

/* A policy cannot ask for longer than caretaker-firewall waits at most. */
static int64_t seconds_of(const struct guard *guard)
{
	int64_t seconds = policy_control_number(
		guard->core->hold.policy, WALL_CONTROL, "confirm_seconds", GUARD_SECONDS);

	return seconds < WALL_SECONDS_MAX ? seconds : WALL_SECONDS_MAX;
}

static bool is_wanted(const struct guard *guard)
{
	return policy_control_on(guard->core->hold.policy, WALL_CONTROL) &&
	       kept_setting(guard->core, WALL_CLIENT, "input", NULL) == KEPT;
}

static void on_done(int error, struct json_object *changes, void *data);

static int ask(struct guard *guard, enum act act, struct gather *gather)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	struct question *question = malloc(sizeof(*question));
	int r;

	json_build_string(&build, "act", act_names[act]);
	json_build_int(&build, "format", 1);
	json_build_bool(&build, "mdns",
		policy_control_number(guard->core->hold.policy, WALL_CONTROL, "allow_mdns", 0) > 0);
	json_build_int(&build, "seconds", seconds_of(guard));
	r = json_build_finish(&build, &body);
	if (r == 0 && question) {
		*question = (struct question){.guard = guard, .gather = gather, .act = act};
		r = hand_ask(guard->hand, IPC_FIREWALL_ACT, body, on_done, question);
	} else if (r == 0) {
		r = -ENOMEM;
	}
	if (r < 0) {
		free(question);
		return r;
	}
	guard->pending++;
	if (gather) {
		gather->pending++;
	}
	return 0;
}

/* What waits is looked at when its time is over, should caretaker-firewall have died meanwhile. */
static int arm(struct guard *guard)
{
	int64_t left = guard->ends_ms + GUARD_GRACE_MS - clock_read().boot_ms;

	return loop_timer_set(guard->timer, guard->phase != PHASE_WAITING ? -1
					    : left > 0			  ? left
									  : 0);
}

static bool has_result(struct json_object *changes, const char *result)
{
	for (size_t i = 0; i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);
		struct json_object *value = NULL;

		if (json_object_object_get_ex(change, "result", &value) &&
			json_object_is_type(value, json_type_string) &&
			strcmp(json_object_get_string(value), result) == 0) {
			return true;
		}
	}
	return false;
}

static void tell(const struct question *question, struct json_object *changes)
{
	for (size_t i = 0; question->gather && i < json_object_array_length(changes); i++) {
		json_build_share(
			&question->gather->changes, NULL, json_object_array_get_idx(changes, i));
	}
}

/* What was done and put back since it did not help */
static void tell_useless(const struct question *question, struct json_object *changes)
{
	for (size_t i = 0; i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);

		if (json_object_object_add(change, "result", json_object_new_string("failed")) <
				0 ||
			json_object_object_add(
				change, "error", json_object_new_string("not-effective")) < 0) {
			log_error("could not say that the firewall stays open");
		}
	}
	tell(question, changes);
}

/* Nobody is there to be asked, or it could not do it: told as one change that failed. */
static void tell_failure(const struct question *question)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	struct json_object *list = NULL;

	if (question->gather &&
		enforce_changes_add(&changes, WALL_CLIENT, "caretaker-firewall", "input", NULL,
			NULL, "setting." WALL_CLIENT ".input", ENFORCE_FAILED,
			ENFORCE_ERROR_SYSTEM) == 0 &&
		enforce_changes_to_json(&changes, &list) == 0) {
		tell(question, list);
		json_object_put(list);
	}
}

/* Applied: judged by the rules that now hold, whatever their manager says of them. */
static int take_applied(
	struct guard *guard, const struct question *question, struct json_object *changes)
{
	struct core *core = guard->core;
	int r = judge_run(core->judge, WALL_CONTROL);

	if (r < 0) {
		return r;
	}
	if (guard_state(guard) == POSTURE_FAIL) {
		log_warning(
			"strangers still come in after the firewall was closed: it is put back");
		tell_useless(question, changes);
		guard->next_ms = clock_read().boot_ms + GUARD_PAUSE_LAST_MS;
		return ask(guard, ACT_UNDO, NULL);
	}
	tell(question, changes);
	if (guard->phase == PHASE_KEPT || seconds_of(guard) == 0) {
		guard->phase = PHASE_KEPT;
		return arm(guard);
	}
	if (guard->phase != PHASE_WAITING) {
		guard->phase = PHASE_WAITING;
		guard->ends_ms = clock_read().boot_ms + seconds_of(guard) * 1000;
		guard->told_before = core->state.sequence;
	}
	r = arm(guard);
	/* A report that arrives proves that the network works. */
	return r == 0 && core_enrolled(core) ? sender_send(core->sender, 0) : r;
}

static int take_look(struct guard *guard, struct json_object *changes)
{
	if (guard->phase == PHASE_UNKNOWN) {
		guard->next_ms = 0; /* that try was for this answer */
	}
	guard->phase = has_result(changes, "planned")	? PHASE_WAITING
		       : has_result(changes, "applied") ? PHASE_KEPT
		       : has_result(changes, "undone")	? PHASE_REVERTED
							: PHASE_NONE;
	if (guard->phase == PHASE_WAITING && guard->ends_ms <= clock_read().boot_ms) {
		guard->ends_ms = clock_read().boot_ms + GUARD_GRACE_MS;
		guard->told_before = guard->core->state.sequence;
	}
	return guard_judged(guard);
}

static int take_answer(
	struct guard *guard, const struct question *question, struct json_object *changes)
{
	bool applied = has_result(changes, "applied");

	switch (question->act) {
	case ACT_APPLY:
	case ACT_KEEP:
		if (applied) {
			return take_applied(guard, question, changes);
		}
		tell(question, changes);
		guard->phase = has_result(changes, "undone") ? PHASE_REVERTED : guard->phase;
		return 0;
	case ACT_CONFIRM:
		tell(question, changes);
		guard->phase = applied ? PHASE_KEPT : guard->phase;
		return arm(guard);
	case ACT_LOOK:
		return take_look(guard, changes);
	case ACT_UNDO:
		tell(question, changes);
		guard->phase = has_result(changes, "failed") ? guard->phase : PHASE_NONE;
		return arm(guard);
	}
	return 0;
}

/* Returns the error for the log: what became of it is asked for in a while. */
static int retry_soon(struct guard *guard, int error)
{
	int r;

	guard->pause_ms = guard->pause_ms == 0			      ? GUARD_PAUSE_FIRST_MS
			  : guard->pause_ms * 2 < GUARD_PAUSE_LAST_MS ? guard->pause_ms * 2
								      : GUARD_PAUSE_LAST_MS;
	guard->next_ms = clock_read().boot_ms + guard->pause_ms;
	r = loop_timer_set(guard->timer, guard->pause_ms);
	return r < 0 ? r : error;
}

static void on_done(int error, struct json_object *changes, void *data)
{
	struct question *question = data;
	struct guard *guard = question->guard;
	int r = error;

	guard->pending--;
	if (error == 0) {
		r = take_answer(guard, question, changes);
	} else {
		tell_failure(question);
		guard->phase = PHASE_UNKNOWN; /* it may be done all the same */
		if (error != -ECANCELED) {
			r = retry_soon(guard, error);
		}
	}
	if (r < 0 && r != -ECANCELED) {
		log_error("could not look after the firewall: %s", strerror(-r));
	}
	if (question->gather) {
		keeper_release(question->gather);
	}
	free(question);
}

static int on_timer(struct loop_source *source, void *data)
{
	struct guard *guard = data;

	(void)source;
	if (guard->pending > 0) {
		return 0;
	}
	return guard->phase == PHASE_WAITING || guard->phase == PHASE_UNKNOWN
		       ? ask(guard, ACT_LOOK, NULL)
		       : guard_judged(guard);
}

int guard_judged(struct guard *guard)
{
	int64_t now = clock_read().boot_ms;

	if (guard->pending > 0 || guard_state(guard) != POSTURE_FAIL || !is_wanted(guard) ||
		guard->phase == PHASE_REVERTED) {
		return arm(guard);
	}
	if (now < guard->next_ms) {
		return guard->phase == PHASE_WAITING
			       ? arm(guard)
			       : loop_timer_set(guard->timer, guard->next_ms - now);
	}
	guard->pause_ms = guard->pause_ms == 0 || now > guard->next_ms + GUARD_PAUSE_LAST_MS
				  ? GUARD_PAUSE_FIRST_MS
				  : guard->pause_ms * 2;
	if (guard->pause_ms > GUARD_PAUSE_LAST_MS) {
		guard->pause_ms = GUARD_PAUSE_LAST_MS;
	}
	guard->next_ms = now + guard->pause_ms;
	return ask(guard, guard->phase == PHASE_UNKNOWN ? ACT_LOOK : ACT_KEEP, NULL);
}

void guard_reached(struct guard *guard, int64_t accepted)
{
	if (guard && guard->phase == PHASE_WAITING && accepted > guard->told_before &&
		ask(guard, ACT_CONFIRM, NULL) < 0) {
		log_error("could not say that the network works");
	}
}

/* caretaker-firewall keeps a file as long as something stands: without one, nobody is to be asked.
 */
static bool is_noted(const struct guard *guard)
{
	return faccessat(guard->core->store.state_fd, STATE_NOTE, F_OK, 0) == 0;
}

static bool is_let_go(const struct guard *guard)
{
	return kept_parted(guard->core) && is_noted(guard) &&
	       kept_setting(guard->core, WALL_CLIENT, "input", NULL) == KEPT_ASKED;
}

int guard_policy_changed(struct guard *guard)
{
	return is_let_go(guard) ? ask(guard, ACT_UNDO, NULL) : 0;
}

int guard_begin(struct guard *guard)
{
	if (is_let_go(guard)) {
		return ask(guard, ACT_UNDO, NULL);
	}
	if (is_noted(guard)) {
		return ask(guard, ACT_LOOK, NULL);
	}
	guard->phase = PHASE_NONE;
	return guard_judged(guard);
}

/* What passes is left as it is: another's firewall is as good as ours. */
int guard_enforce(struct guard *guard, struct gather *gather)
{
	guard->next_ms = 0;
	guard->pause_ms = 0;
	return guard_state(guard) == POSTURE_FAIL ? ask(guard, ACT_APPLY, gather) : 0;
}

int guard_undo(struct guard *guard, struct gather *gather)
{
	return is_noted(guard) ? ask(guard, ACT_UNDO, gather) : 0;
}

int guard_confirm(struct guard *guard, struct gather *gather)
{
	return is_noted(guard) ? ask(guard, ACT_CONFIRM, gather) : 0;
}

int guard_new(struct core *core, const char *path, struct guard **ret_guard)
{
	cleanup(guard_free_p) struct guard *guard = calloc(1, sizeof(*guard));
	int r;

	if (!guard) {
		return -ENOMEM;
	}
	guard->core = core;
	r = loop_add_timer(core->loop, on_timer, guard, &guard->timer);
	if (r == 0) {
		r = hand_new(core->loop, path, HAND_FIREWALL_TIMEOUT_MS, &guard->hand);
	}
	if (r == 0) {
		*ret_guard = TAKE_PTR(guard);
	}
	return r;
}

void guard_free(struct guard *guard)
{
	if (guard) {
		hand_free(guard->hand);
		loop_source_free(guard->timer);
		free(guard);
	}
}

void guard_free_p(struct guard **guard)
{
	guard_free(*guard);
}
