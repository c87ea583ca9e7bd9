/* SPDX-License-Identifier: Apache-2.0 */
#include "packages.h"

#define INDEX_DAYS_DEFAULT 7
/* Some tools renew their knowledge in a way that no watched directory shows. */
#define LOOK_AGAIN_S ((int64_t)6 * 3600)

static const struct package_reader *const readers[] = {
	&package_reader_rpm,
	&package_reader_pacman,
};

const struct package_reader *package_reader_find(const struct sysroot *root)
{
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		if (readers[i]->detect(root)) {
			return readers[i];
		}
	}
	return NULL;
}

/* When the index stops to be recent; it may be past. */
static int64_t index_due(const struct check_ctx *ctx, const struct packages_index *index)
{
	return index->heard + CLOCK_DAY_S * policy_control_number(ctx->policy, "patch.index-fresh",
						    "max_age_days", INDEX_DAYS_DEFAULT);
}

/* 0; negative errno; why it cannot be said */
static int index_read(const struct package_reader *reader, const struct check_ctx *ctx,
	struct packages_index *ret_index)
{
	int r = reader->index(ctx, ret_index);

	if (r != 0) {
		return r;
	}
	if (ret_index->n == 0 || ret_index->heard == INT64_MAX) {
		return POSTURE_INDEX_MISSING;
	}
	return ret_index->newest > ctx->now.wall_s + CLOCK_SLACK_S ? POSTURE_CLOCK_NOT_TRUSTED : 0;
}

static int cannot_say(int r, struct verdict *v)
{
	return r < 0 ? r : verdict_set(v, POSTURE_UNKNOWN, (enum posture_reason)r);
}

int packages_judge_index(
	const struct package_reader *reader, const struct check_ctx *ctx, struct verdict *v)
{
	struct packages_index index = {.heard = INT64_MAX};
	int r = index_read(reader, ctx, &index);

	if (r != 0) {
		return cannot_say(r, v);
	}
	verdict_note(v, "archives", "%zu", index.n);
	verdict_note(v, "oldest-days", "%lld",
		(long long)((ctx->now.wall_s - index.heard) / CLOCK_DAY_S));
	if (ctx->now.wall_s >= index_due(ctx, &index)) {
		v->due_s = ctx->now.wall_s + LOOK_AGAIN_S;
		return verdict_set(v, POSTURE_FAIL, POSTURE_INDEX_STALE);
	}
	v->due_s = index_due(ctx, &index);
	return verdict_set(v, POSTURE_PASS, POSTURE_INDEX_FRESH);
}

int packages_judge_fixes(
	const struct package_reader *reader, const struct check_ctx *ctx, struct verdict *v)
{
	struct packages_index index = {.heard = INT64_MAX};
	struct fix_tally tally;
	int r = index_read(reader, ctx, &index);

	fix_tally_init(&tally, ctx);
	if (r == 0) {
		r = reader->pending(ctx, &index, &tally);
	}
	if (r != 0) {
		return cannot_say(r, v);
	}
	fix_tally_note(&tally, v);
	v->due_s = ctx->now.wall_s + LOOK_AGAIN_S;
	return fix_tally_judge(
		&tally, ctx->now.wall_s < index_due(ctx, &index), index_due(ctx, &index), v);
}
