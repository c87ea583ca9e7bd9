/* SPDX-License-Identifier: Apache-2.0 */
#include "browser-gate.h"

struct walk {
	const struct browser_gate *gate;
	const struct policy *policy;
	size_t n_browsers;
	size_t n_open;
	bool refused;
	bool damaged;
	bool sandboxed;
};

bool browser_bool_is(struct json_object *value, bool wanted)
{
	return json_object_is_type(value, json_type_boolean) &&
	       json_object_get_boolean(value) == wanted;
}

bool browser_int_is(struct json_object *value, int64_t wanted)
{
	return json_object_is_type(value, json_type_int) && json_object_get_int64(value) == wanted;
}

/* Where it is not known which place is read, both must say the same. */
static enum browser_answer browser_ask(const struct browser_seen *seen, const struct walk *walk)
{
	enum browser_answer first = walk->gate->judge(seen, seen->policies[0], walk->policy);

	if (seen->either && walk->gate->judge(seen, seen->policies[1], walk->policy) != first) {
		return BROWSER_STRANGE;
	}
	return first;
}

static int browser_take(const struct browser_seen *seen, void *data)
{
	struct walk *walk = data;

	walk->n_browsers++;
	walk->sandboxed = walk->sandboxed || seen->sandboxed;
	if (!seen->installed) {
		return 0; /* files outside its sandbox tell nothing */
	}
	if (seen->refused || seen->damaged) {
		walk->refused = walk->refused || seen->refused;
		walk->damaged = walk->damaged || seen->damaged;
		return 0;
	}
	switch (browser_ask(seen, walk)) {
	case BROWSER_KEPT:
		break;
	case BROWSER_STRANGE:
		walk->damaged = true;
		break;
	case BROWSER_OPEN:
		walk->n_open++;
		break;
	}
	return 0;
}

int browser_gate_run(
	const struct browser_gate *gate, const struct check_ctx *ctx, struct verdict *v)
{
	struct walk walk = {.gate = gate, .policy = ctx->policy};
	int r = browsers_each(ctx->root, browser_take, &walk);

	if (r < 0) {
		return r;
	}
	if (walk.n_browsers == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_BROWSER);
	}
	verdict_note(v, "browsers", "%zu", walk.n_browsers);
	if (walk.n_open > 0) {
		verdict_note(v, "browsers-open", "%zu", walk.n_open);
		return verdict_set(v, POSTURE_FAIL, gate->open);
	}
	if (walk.refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (walk.damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (walk.sandboxed) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, gate->kept);
}
