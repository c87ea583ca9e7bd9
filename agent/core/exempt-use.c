/* SPDX-License-Identifier: Apache-2.0 */
#include "exempt-use.h"

#include <stdio.h>
#include <string.h>

static struct exemption_use *find(struct state *state, const char *id)
{
	vec_for_each (use, &state->uses) {
		if (strcmp(use->id, id) == 0) {
			return use;
		}
	}
	return NULL;
}

static bool named(const struct check_ctx *ctx, const char *id)
{
	const struct exemption *exemption;

	for (size_t i = 0; (exemption = exempt_at(ctx, i)); i++) {
		if (strcmp(exemption->id, id) == 0) {
			return true;
		}
	}
	return false;
}

static bool forget(struct state *state, const struct check_ctx *ctx)
{
	size_t before = state->uses.len, kept = 0;

	for (size_t i = 0; i < before; i++) {
		if (named(ctx, state->uses.items[i].id)) {
			state->uses.items[kept++] = state->uses.items[i];
		}
	}
	state->uses.len = kept;
	return kept != before;
}

/*
 * ran_s: for how long by the wall clock. Of one that is seen for the first time it bounds what is
 * charged, since nobody looked when it started; later on that clock has no say.
 */
static int add(struct state *state, const char *id, int64_t elapsed_s, int64_t ran_s, bool *changed)
{
	struct exemption_use *use = find(state, id);
	struct exemption_use fresh = {.used_s = elapsed_s < ran_s ? elapsed_s : ran_s};

	if (!use) {
		(void)snprintf(fresh.id, sizeof(fresh.id), "%s", id);
		*changed = true;
		return vec_push(&state->uses, fresh, EXEMPT_USES_MAX);
	}
	use->used_s += elapsed_s;
	*changed = *changed || elapsed_s > 0;
	return 0;
}

int exempt_use_count(
	struct state *state, const struct check_ctx *ctx, int64_t elapsed_s, bool *ret_changed)
{
	const struct exemption *exemption;
	struct check_ctx with = *ctx;
	bool changed = forget(state, ctx);
	int r = 0;

	for (size_t i = 0; r == 0 && (exemption = exempt_at(ctx, i)); i++) {
		/* the list moves as it grows */
		with.uses = state->uses.items;
		with.n_uses = state->uses.len;
		if (exemption_concerns(exemption, ctx->device) &&
			exempt_phase(&with, exemption) == EXEMPTION_RUNS) {
			r = add(state, exemption->id, elapsed_s, ctx->now.wall_s - exemption->start,
				&changed);
		}
	}
	if (r == 0) {
		*ret_changed = changed;
	}
	return r;
}

int exempt_use_charge(struct state *state, const struct check_ctx *ctx, bool *ret_changed)
{
	int64_t elapsed_s = state->charged_ms ? (ctx->now.boot_ms - state->charged_ms) / 1000 : 0;
	int r = exempt_use_count(state, ctx, elapsed_s, ret_changed);

	/* what is left of a second counts the next time */
	state->charged_ms =
		state->charged_ms ? state->charged_ms + elapsed_s * 1000 : ctx->now.boot_ms;
	return r;
}

struct fields {
	const char *id;
	int64_t used;
};
static const struct json_field table[] = {
	{"id", JSON_WANT_STRING, offsetof(struct fields, id), true, EXEMPTION_ID_MAX},
	{"used", JSON_WANT_INT, offsetof(struct fields, used), true, POLICY_NUMBER_MAX},
};

int exempt_use_from_json(struct json_object *array, struct state *state, struct json_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(array); i++) {
		struct fields fields = {0};
		struct exemption_use use = {.id = ""};

		r = json_decode(json_object_array_get_idx(array, i), table, ARRAY_LEN(table),
			&fields, error);
		if (r == 0) {
			use.used_s = fields.used;
			memcpy(use.id, fields.id, strlen(fields.id) + 1);
			r = vec_push(&state->uses, use, EXEMPT_USES_MAX);
		}
	}
	return r;
}

void exempt_use_build(const struct state *state, struct json_build *array)
{
	vec_for_each (use, &state->uses) {
		struct json_build item = json_build_object();

		json_build_string(&item, "id", use->id);
		json_build_int(&item, "used", use->used_s);
		json_build_join(array, NULL, &item);
	}
}
