/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to show of the firewall that is kept. */
#include "guard.h"

#include "guard-parts.h"
#include "profile.h"
#include "wall-plan.h"

#include <string.h>

enum posture_state guard_state(const struct guard *guard)
{
	for (size_t i = 0; i < check_registry_len; i++) {
		if (strcmp(check_registry[i]->id, WALL_CONTROL) == 0) {
			return judge_verdict(guard->core->judge, i)->state;
		}
	}
	return POSTURE_UNKNOWN;
}

bool guard_is_due(const struct guard *guard)
{
	return guard_state(guard) == POSTURE_FAIL &&
	       policy_control_on(guard->core->hold.policy, WALL_CONTROL);
}

int guard_add_plan(const struct guard *guard, struct json_build *array)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	struct wall_look look;
	int r;

	if (!guard_is_due(guard)) {
		return 0;
	}
	r = wall_look(&guard->core->root, &look);
	if (r == 0) {
		r = wall_plan(&look, &changes);
	}
	for (size_t i = 0; r == 0 && i < changes.len; i++) {
		struct json_object *object = NULL;

		json_build_take(array, NULL,
			enforce_change_to_json(&changes.items[i], &object) == 0 ? object : NULL);
	}
	return r;
}

void guard_add_client(const struct guard *guard, struct json_build *array)
{
	struct json_build item = json_build_object();
	bool done = guard->phase == PHASE_WAITING || guard->phase == PHASE_KEPT;

	if (!done) {
		json_build_drop(&item);
		return;
	}
	json_build_string(&item, "client", WALL_CLIENT);
	json_build_int(&item, "drifted", guard_state(guard) == POSTURE_FAIL);
	json_build_bool(&item, "installed", true);
	json_build_int(&item, "kept", 1);
	json_build_string(&item, "tier", enforce_tier_name(ENFORCE_BASE));
	json_build_null(&item, "uid");
	json_build_join(array, NULL, &item);
}

int64_t guard_waits_s(const struct guard *guard)
{
	int64_t left = guard ? guard->ends_ms - clock_read().boot_ms : 0;

	return guard && guard->phase == PHASE_WAITING && left > 0 ? (left + 999) / 1000 : 0;
}
