/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One verdict for all accounts of a device: each person's facts are judged alone, and the worst
 * counts, as it does for whoever walks up to the device. How many accounts there are, and which of
 * them it is, never shows in the verdict.
 */
#pragma once

#include "check.h"

/* Facts older than this say nothing of an account any more. */
#define PEOPLE_FACTS_AGE_MAX_S ((int64_t)30 * 86400)

/* Judges one account; verdict starts at unknown. Negative errno as struct check's run. */
typedef int (*people_judge_fn)(const struct check_ctx *ctx, const struct personal *facts,
	void *data, struct verdict *verdict);

/*
 * fail before unknown before pass before na. Nobody told about: unknown, nobody-signed-in. A person
 * who is signed in and silent: unknown, account-silent.
 */
/* An account whose home whoever judges may not look into: unknown, account-closed. */
must_check int people_judge(
	const struct check_ctx *ctx, people_judge_fn judge, void *data, struct verdict *verdict);

/*
 * Groups (1 << group) that the checks which this policy turns on are judged by. Recordings on a
 * private device only where the control says "agreed": true.
 */
unsigned people_groups(const struct policy *policy);
/*
 * Whether facts of this group may be read for this control: recordings of a private device only
 * where its control says "agreed": true.
 */
bool people_may_look(const struct policy *policy, const char *id, enum personal_group group);
