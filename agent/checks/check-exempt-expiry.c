/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exemption that ended is over in fact: what it lifted is judged again, and holds a quarter of
 * an hour later. One that was ended by a clock that stands behind an earlier time has no such
 * quarter: when it ended cannot be told.
 */
#include "check.h"
#include "exempt.h"

struct look {
	size_t running, ended;
	bool any, outlived, ending, unseen;
};

static int control_take(const struct check_ctx *ctx, const struct exemption *exemption,
	const char *control, struct look *look)
{
	const struct check *check = check_find(control);
	int64_t now_s = ctx->now.wall_s;
	struct verdict verdict = {.state = POSTURE_UNKNOWN};
	int r;

	if (!check || !policy_control_on(ctx->policy, control)) {
		look->unseen = true;
		return 0;
	}
	r = check->run(ctx, &verdict);
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || verdict.state == POSTURE_UNKNOWN) {
		look->unseen = true;
	} else if (verdict.state == POSTURE_FAIL) {
		bool in_time =
			now_s >= exemption->end && now_s < exemption->end + EXEMPTION_RESTORE_S;

		look->ending = look->ending || in_time;
		look->outlived = look->outlived || !in_time;
	}
	return 0;
}

static size_t n_named(const struct exemption *exemption)
{
	return exemption->controls ? json_object_array_length(exemption->controls) : 0;
}

static int controls_take(
	const struct check_ctx *ctx, const struct exemption *exemption, struct look *look)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < check_registry_len; i++) {
		if (exemption_feature_covers(exemption->feature, check_registry[i]->id)) {
			r = control_take(ctx, exemption, check_registry[i]->id, look);
		}
	}
	for (size_t i = 0; r == 0 && i < n_named(exemption); i++) {
		r = control_take(ctx, exemption,
			json_object_get_string(json_object_array_get_idx(exemption->controls, i)),
			look);
	}
	return r;
}

static int judge(const struct look *look, struct verdict *v)
{
	verdict_note(v, "exemptions-running", "%zu", look->running);
	verdict_note(v, "exemptions-ended", "%zu", look->ended);
	if (look->outlived) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_EXEMPTION_OUTLIVED);
	}
	if (look->ending) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EXEMPTION_ENDING);
	}
	return look->unseen ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_EXEMPTION_UNSEEN)
			    : verdict_set(v, POSTURE_PASS, POSTURE_EXEMPTION_IN_ORDER);
}

static void due_at(struct verdict *v, int64_t wall_s)
{
	if (v->due_s <= 0 || wall_s < v->due_s) {
		v->due_s = wall_s;
	}
}

/* At its start, its end, a quarter of an hour later, and now and then */
static void due_for(
	const struct check_ctx *ctx, const struct exemption *exemption, struct verdict *v)
{
	const int64_t moments[] = {
		exemption->start, exemption->end, exemption->end + EXEMPTION_RESTORE_S};

	due_at(v, ctx->now.wall_s + EXEMPT_LOOK_S);
	for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
		if (moments[i] > ctx->now.wall_s) {
			due_at(v, moments[i]);
		}
	}
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	const struct exemption *exemption;
	struct look look = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && (exemption = exempt_at(ctx, i)); i++) {
		enum exemption_phase phase;

		if (!exemption_concerns(exemption, ctx->device)) {
			continue;
		}
		phase = exempt_phase(ctx, exemption);
		look.any = true;
		look.running += phase == EXEMPTION_RUNS;
		look.ended += phase == EXEMPTION_ENDED;
		due_for(ctx, exemption, v);
		if (phase == EXEMPTION_ENDED) {
			r = controls_take(ctx, exemption, &look);
		}
	}
	if (r != 0) {
		return r;
	}
	return look.any ? judge(&look, v) : verdict_set(v, POSTURE_NA, POSTURE_NO_EXEMPTION);
}

const struct check check_exempt_expiry = {
	.id = "exempt.expiry",
	.run = run,
};
