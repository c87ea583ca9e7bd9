/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rec.present: no recording of a meeting is left in the few folders where programs put them. Told
 * are bands of how many there are and how old, to whoever uses the device; no name is known here.
 */
#include "recordings.h"

#define ID "rec.present"

static const struct check_input inputs[] = {
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_RECORDINGS},
};

struct band {
	int64_t most;
	const char *text;
};

static const char *band_of(const struct band *bands, int64_t value)
{
	while (bands->most >= 0 && value > bands->most) {
		bands++;
	}
	return bands->text;
}

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	static const struct band counts[] = {{5, "1-5"}, {20, "6-20"}, {-1, "21+"}};
	static const struct band ages[] = {{7, "0-7"}, {30, "8-30"}, {-1, "31+"}};
	int64_t oldest;

	(void)data;
	if (!recordings_there(facts, v)) {
		if (v->state == POSTURE_NA) {
			verdict_set(v, POSTURE_PASS, POSTURE_NO_RECORDINGS);
		}
		return 0;
	}
	oldest = ctx->now.wall_s / CLOCK_DAY_S - facts->values[PERSONAL_RECORDINGS_OLDEST_DAY];
	verdict_note(
		v, "recordings", "%s", band_of(counts, facts->values[PERSONAL_RECORDINGS_COUNT]));
	verdict_note(v, "recordings-days", "%s", band_of(ages, oldest));
	return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDINGS_PRESENT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	return recordings_agreed(ctx, ID, v) ? people_judge(ctx, judge, NULL, v) : 0;
}

const struct check check_rec_present = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
