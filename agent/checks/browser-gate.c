/* SPDX-License-Identifier: Apache-2.0 */
#include "browser-gate.h"

struct walk {
	const struct browser_gate *gate;
	const struct policy *policy;
	size_t n_browsers;
	size_t n_open;
	bool unset;
	bool refused;
	bool damaged;
	bool hidden;
};

static enum browser_answer place_ask(
	const struct browser_seen *seen, struct json_object *policies, const struct walk *walk)
{
	const struct browser_gate *gate = walk->gate;

	return gate->judge ? gate->judge(seen, policies, walk->policy)
			   : browser_rules_answer(seen, policies, gate->rules, gate->n_rules);
}

/* Where it is not known which place is read, both must say the same. */
static enum browser_answer browser_ask(const struct browser_seen *seen, const struct walk *walk)
{
	enum browser_answer first = place_ask(seen, seen->policies[0], walk);

	if (seen->either && place_ask(seen, seen->policies[1], walk) != first) {
		return BROWSER_STRANGE;
	}
	if (first == BROWSER_UNSET && walk->gate->unset == POSTURE_REASON_NONE) {
		first = BROWSER_OPEN;
	}
	/* What no file sets, the place that manages it may. */
	return seen->elsewhere && first != BROWSER_KEPT ? BROWSER_HIDDEN : first;
}

static int browser_take(const struct browser_seen *seen, void *data)
{
	struct walk *walk = data;

	walk->n_browsers++;
	walk->hidden = walk->hidden || seen->sandboxed;
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
	case BROWSER_UNSET:
		walk->unset = true;
		break;
	case BROWSER_HIDDEN:
		walk->hidden = true;
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
	if (walk.hidden) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	if (walk.unset) {
		return verdict_set(v, POSTURE_UNKNOWN, gate->unset);
	}
	return verdict_set(v, POSTURE_PASS, gate->kept);
}
