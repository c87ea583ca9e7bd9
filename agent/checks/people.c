/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

/* Higher is worse; exempt and error are the engine's and never come here. */
static const int rank[POSTURE_STATE_COUNT] = {
	[POSTURE_NA] = 1, [POSTURE_PASS] = 2, [POSTURE_UNKNOWN] = 3, [POSTURE_FAIL] = 4};

static bool is_known(const struct check_ctx *ctx, const struct check_person *person)
{
	return person->answering ||
	       (person->said_s > 0 && ctx->now.wall_s - person->said_s <= PEOPLE_FACTS_AGE_MAX_S);
}

static int judge_person(const struct check_ctx *ctx, const struct check_person *person,
	people_judge_fn judge, void *data, struct verdict *verdict)
{
	if (person->closed) {
		return verdict_set(verdict, POSTURE_UNKNOWN, POSTURE_ACCOUNT_CLOSED);
	}
	if (person->silent) {
		return verdict_set(verdict, POSTURE_UNKNOWN, POSTURE_ACCOUNT_SILENT);
	}
	return judge(ctx, &person->facts, data, verdict);
}

/* When facts grow too old, or their verdict changes by itself: the nearest of all accounts */
static void take_due(const struct check_person *person, int64_t own_due_s, int64_t *due_s)
{
	int64_t old_s = person->said_s + PEOPLE_FACTS_AGE_MAX_S + 1;

	if (own_due_s > 0 && (*due_s == 0 || own_due_s < *due_s)) {
		*due_s = own_due_s;
	}
	if (!person->answering && person->said_s > 0 && (*due_s == 0 || old_s < *due_s)) {
		*due_s = old_s;
	}
}

int people_judge(
	const struct check_ctx *ctx, people_judge_fn judge, void *data, struct verdict *verdict)
{
	struct verdict worst = {.state = POSTURE_UNKNOWN, .reason = POSTURE_NOBODY_SIGNED_IN};
	int64_t due_s = 0;
	bool any = false;

	for (size_t i = 0; i < ctx->n_people; i++) {
		const struct check_person *person = &ctx->people[i];
		struct verdict own = {.state = POSTURE_UNKNOWN};
		int r;

		if (!person->silent && !person->closed && !is_known(ctx, person)) {
			continue;
		}
		r = judge_person(ctx, person, judge, data, &own);
		if (r < 0) {
			return r;
		}
		take_due(person, own.due_s, &due_s);
		if (!any || rank[own.state] > rank[worst.state]) {
			worst = own;
		}
		any = true;
	}
	worst.due_s = due_s;
	*verdict = worst;
	return 0;
}

bool people_may_look(const struct policy *policy, const char *id, enum personal_group group)
{
	struct json_object *agreed = policy_control_value(policy, id, "agreed");

	if (group != PERSONAL_GROUP_RECORDINGS || policy_owner(policy) == POLICY_SCHOOL) {
		return true;
	}
	return json_object_is_type(agreed, json_type_boolean) && json_object_get_boolean(agreed);
}

unsigned people_groups(const struct policy *policy)
{
	unsigned groups = 0;

	for (size_t i = 0; i < check_registry_len; i++) {
		const struct check *check = check_registry[i];

		for (size_t j = 0; j < check->n_inputs && policy_control_on(policy, check->id);
			j++) {
			const struct check_input *input = &check->inputs[j];

			if (input->kind == CHECK_INPUT_PEOPLE &&
				people_may_look(policy, check->id, input->group)) {
				groups |= 1U << input->group;
			}
		}
	}
	return groups;
}
