/* SPDX-License-Identifier: Apache-2.0 */
#include "exempt-run.h"

#include "exempt-given.h"
#include "exempt-use.h"
#include "log.h"

#include <string.h>

/* An exemption that ended is shown for so long. */
#define SHOWN_AFTER_S CLOCK_DAY_S
/* Bit by exemption: the policy's and those given here */
_Static_assert(EXEMPTIONS_MAX + EXEMPT_GIVEN_MAX <= 64, "one bit of a number for each");

struct exempt_run {
	struct core *core;
	struct loop_source *wall; /* the next start or end; fires too when the clock is set */
	struct loop_source *boot; /* used up, and now and then */
	unsigned features;	  /* of those that run, by bit */
	uint64_t running;	  /* which run, by their place among exempt_at */
	size_t n_known;
};

static void fill_ctx(
	const struct core *core, const struct clock_now *now, struct check_ctx *ret_ctx)
{
	*ret_ctx = (struct check_ctx){
		.policy = core->hold.policy,
		.now = *now,
		.device = core->identity.device,
		.highest_s = core->state.wall_highest,
		.given = core_given(core),
		.uses = core->state.uses.items,
		.n_uses = core->state.uses.len,
	};
}

static void earlier(int64_t *when, int64_t candidate)
{
	if (*when < 0 || candidate < *when) {
		*when = candidate;
	}
}

static int64_t used_s(const struct check_ctx *ctx, const char *id)
{
	for (size_t i = 0; i < ctx->n_uses; i++) {
		if (strcmp(ctx->uses[i].id, id) == 0) {
			return ctx->uses[i].used_s;
		}
	}
	return 0;
}

struct look {
	unsigned features;
	uint64_t running;
	size_t n;
	int64_t wall_s;	 /* the next start or end; -1 for none */
	int64_t boot_ms; /* from now; -1 for none */
};

static void look_at(
	const struct check_ctx *ctx, const struct exemption *exemption, size_t i, struct look *look)
{
	int64_t left_s = exemption->end - exemption->start - used_s(ctx, exemption->id);

	switch (exempt_phase(ctx, exemption)) {
	case EXEMPTION_WAITS:
		earlier(&look->wall_s, exemption->start);
		break;
	case EXEMPTION_RUNS:
		look->features |= 1U << exemption->feature;
		look->running |= UINT64_C(1) << i;
		earlier(&look->wall_s, exemption->end);
		earlier(&look->boot_ms, (left_s < EXEMPT_LOOK_S ? left_s : EXEMPT_LOOK_S) * 1000);
		break;
	case EXEMPTION_ENDED:
		break;
	}
}

static struct look look_now(const struct check_ctx *ctx)
{
	struct look look = {.wall_s = -1, .boot_ms = -1};
	const struct exemption *exemption;

	for (; (exemption = exempt_at(ctx, look.n)); look.n++) {
		if (exemption_concerns(exemption, ctx->device)) {
			look_at(ctx, exemption, look.n, &look);
		}
	}
	/* it is no feature: what it has fail is judged, and nothing is let go */
	look.features &= ~(1U << EXEMPTION_NO_FEATURE);
	return look;
}

int exempt_run_look(struct exempt_run *run, const struct clock_now *now)
{
	struct core *core = run->core;
	struct check_ctx ctx;
	struct look look;
	bool counted = false, other;
	int r;

	(void)state_see_time(&core->state, now->wall_s);
	fill_ctx(core, now, &ctx);
	r = exempt_use_charge(&core->state, &ctx, &counted);
	if (r < 0) {
		return r;
	}
	fill_ctx(core, now, &ctx);
	look = look_now(&ctx);
	other = look.running != run->running || look.n != run->n_known;
	run->features = look.features;
	run->running = look.running;
	run->n_known = look.n;
	r = loop_timer_set_wall(run->wall, look.wall_s);
	if (r == 0) {
		r = loop_timer_set(run->boot, look.boot_ms);
	}
	if (r == 0 && other) {
		r = core_exemptions_changed(core);
	}
	if (counted || other) {
		(void)!core_save(core);
	}
	return r;
}

static int on_timer(struct loop_source *source, void *data)
{
	const struct clock_now now = clock_read();

	(void)source;
	return exempt_run_look(data, &now);
}

int exempt_run_new(struct core *core, struct exempt_run **ret_run)
{
	cleanup(exempt_run_free_p) struct exempt_run *run = calloc(1, sizeof(*run));
	int r;

	if (!run) {
		return -ENOMEM;
	}
	run->core = core;
	r = loop_add_timer(core->loop, on_timer, run, &run->wall);
	if (r == 0) {
		r = loop_add_timer(core->loop, on_timer, run, &run->boot);
	}
	if (r == 0) {
		*ret_run = TAKE_PTR(run);
	}
	return r;
}

void exempt_run_free(struct exempt_run *run)
{
	if (run) {
		loop_source_free(run->wall);
		loop_source_free(run->boot);
		free(run);
	}
}

void exempt_run_free_p(struct exempt_run **run)
{
	exempt_run_free(*run);
}

bool exempt_covers(const struct exempt_run *run, enum exemption_feature feature)
{
	return (exempt_run_features(run) & 1U << feature) != 0;
}

unsigned exempt_run_features(const struct exempt_run *run)
{
	return run ? run->features : 0;
}

static const char *phase_word(enum exemption_phase phase)
{
	switch (phase) {
	case EXEMPTION_WAITS:
		return "waits";
	case EXEMPTION_RUNS:
		return "runs";
	case EXEMPTION_ENDED:
		return "ended";
	}
	return "ended";
}

static void build_one(
	struct json_build *array, const struct exemption *exemption, enum exemption_phase phase)
{
	struct json_build item = json_build_object();
	size_t n = exemption->devices ? json_object_array_length(exemption->devices) : 1;

	json_build_int(&item, "devices", (int64_t)n);
	json_build_int(&item, "end", exemption->end);
	json_build_string(&item, "feature", exemption_feature_word(exemption->feature));
	json_build_bool(&item, "given", exemption->given);
	json_build_string(&item, "id", exemption->id);
	json_build_int(&item, "noticed", exemption->noticed);
	json_build_share(&item, "persons", exemption->persons);
	json_build_string(&item, "phase", phase_word(phase));
	json_build_string(&item, "purpose", exemption->purpose);
	json_build_int(&item, "start", exemption->start);
	json_build_join(array, NULL, &item);
}

void exempt_run_build(const struct exempt_run *run, struct json_build *array)
{
	const struct clock_now now = clock_read();
	const struct exemption *exemption;
	struct check_ctx ctx;

	fill_ctx(run->core, &now, &ctx);
	for (size_t i = 0; (exemption = exempt_at(&ctx, i)); i++) {
		enum exemption_phase phase = exempt_phase(&ctx, exemption);

		if (exemption_concerns(exemption, ctx.device) &&
			(phase != EXEMPTION_ENDED || now.wall_s < exemption->end + SHOWN_AFTER_S)) {
			build_one(array, exemption, phase);
		}
	}
}

static int64_t latest_s(const struct core *core)
{
	int64_t now_s = clock_read().wall_s;

	return now_s > core->state.wall_highest ? now_s : core->state.wall_highest;
}

/* Saved first: what is let go without its record would have no end. */
static int take_given(struct exempt_run *run)
{
	const struct clock_now now = clock_read();
	int r = core_save(run->core);

	/* others stand at each place now */
	run->n_known = SIZE_MAX;
	return r == 0 ? exempt_run_look(run, &now) : r;
}

int exempt_run_give(struct exempt_run *run, const struct exempt_wish *wish, const char **ret_id)
{
	int r = exempt_given_add(&run->core->state.given, wish, latest_s(run->core), ret_id);

	return r == 0 ? take_given(run) : r;
}

int exempt_run_end(struct exempt_run *run, const char *id)
{
	int r = exempt_given_end(&run->core->state.given, id, latest_s(run->core));

	return r == 0 ? take_given(run) : r;
}
