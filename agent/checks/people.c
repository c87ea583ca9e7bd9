/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

/* Higher is worse; exempt and error are the engine's and never come here. */
static const int rank[POSTURE_STATE_COUNT] = {
	[POSTURE_NA] = 1, [POSTURE_PASS] = 2, [POSTURE_UNKNOWN] = 3, [POSTURE_FAIL] = 4};

static bool is_known(const struct check_ctx *ctx, const struct check_person *person)
{
	return person->said_s > 0 && ctx->now.wall_s - person->said_s <= PEOPLE_FACTS_AGE_MAX_S;
}

static int judge_person(const struct check_ctx *ctx, const struct check_person *person,
	people_judge_fn judge, void *data, struct verdict *verdict)
{
	if (person->silent) {
		return verdict_set(verdict, POSTURE_UNKNOWN, POSTURE_ACCOUNT_SILENT);
	}
	return judge(ctx, &person->facts, data, verdict);
}

int people_judge(
	const struct check_ctx *ctx, people_judge_fn judge, void *data, struct verdict *verdict)
{
	struct verdict worst = {.state = POSTURE_UNKNOWN, .reason = POSTURE_NOBODY_SIGNED_IN};
	bool any = false;

	for (size_t i = 0; i < ctx->n_people; i++) {
		const struct check_person *person = &ctx->people[i];
		struct verdict own = {.state = POSTURE_UNKNOWN};
		int r;

		if (!person->silent && !is_known(ctx, person)) {
			continue;
		}
		r = judge_person(ctx, person, judge, data, &own);
		if (r < 0) {
			return r;
		}
		if (!any || rank[own.state] > rank[worst.state]) {
			worst = own;
		}
		any = true;
	}
	*verdict = worst;
	return 0;
}
