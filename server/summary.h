/* SPDX-License-Identifier: Apache-2.0 */
/* What a device's controls come to: counts, posture, and the worst that fails. */
#pragma once

#include "policy.h"
#include "posture.h"
#include "store.h"

struct summary {
	int64_t passing; /* controls that pass or are exempt */
	int64_t failing;
	int64_t unknown;
	char worst[POSTURE_ID_MAX + 1];
	int64_t rank; /* of the worst */
};

/*
 * One control more, of an id behind those before it: of two that are as bad, the first is named.
 * Asks for the severity of what fails.
 */
must_check int summary_add(struct summary *summary, struct store *store,
	enum policy_ownership owner, const char *id, enum posture_state state);
/* "failing", "passing", "unknown" */
const char *summary_posture(const struct summary *summary);
