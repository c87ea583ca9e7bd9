/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rec.permissions: other people of this computer cannot open the recordings, and no share of it
 * offers them to other computers. Judged is the whole way from the home to the file: an open file
 * in a closed folder is closed.
 */
#include "recordings.h"

#define ID "rec.permissions"

static const struct check_input inputs[] = {
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_RECORDINGS},
};

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	(void)ctx;
	(void)data;
	if (!recordings_there(facts, v)) {
		return 0;
	}
	if (facts->values[PERSONAL_RECORDINGS_EXPOSED] > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDINGS_READABLE);
	}
	if (facts->values[PERSONAL_RECORDINGS_SHARED] > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDINGS_SHARED);
	}
	if (!recordings_all_seen(facts)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_RECORDINGS_UNSEEN);
	}
	if (facts->values[PERSONAL_RECORDINGS_ACCESS_UNSEEN] != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SHARES_UNSEEN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_RECORDINGS_PRIVATE);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	return recordings_agreed(ctx, ID, v) ? people_judge(ctx, judge, NULL, v) : 0;
}

const struct check check_rec_permissions = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
