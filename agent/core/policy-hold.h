/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy that holds: the school's signed bundle, policy.jws, or the home policy of the package
 * on a device that is not enrolled. A held bundle is verified again at each start; past its expiry
 * it goes on to hold, since a device that was long offline shall not fall back to weaker rules, but
 * an expired one is never taken anew.
 */
#pragma once

#include "clock.h"
#include "identity.h"
#include "policy.h"
#include "seal-client.h"
#include "state.h"

#define POLICY_HOLD_FILE "policy.jws"
#define POLICY_HOLD_HOME "baseline/home.json" /* below DATADIR */

enum policy_hold_outcome {
	POLICY_HOLD_E_SIGNATURE = 1, /* not signed by the pinned key, or no policy bundle at all */
	POLICY_HOLD_E_SCHEMA,
	POLICY_HOLD_E_OLDER,
	POLICY_HOLD_E_EXPIRED,
	POLICY_HOLD_E_NOT_YET,
	POLICY_HOLD_E_OWNER, /* would make a private device the school's */
};
const char *policy_hold_why(int outcome); /* for a log line */

struct policy_hold {
	int state_fd; /* borrowed */
	int data_fd;
	const struct seal *seal;
	struct policy_mark *mark; /* borrowed; whoever saves the state saves it */
	struct policy *policy;	  /* owned; never NULL once loaded */
	bool from_school;
	bool profiles_refused; /* its client profiles cannot be used: profiles.h */
};

/*
 * identity NULL (or pending): the home policy. A school's bundle that does not verify any more is
 * told and left; the home policy holds meanwhile, and full reports ask for a new one.
 */
must_check int policy_hold_load(struct policy_hold *hold, const struct identity *identity);
void policy_hold_finish(struct policy_hold *hold);
/*
 * Verifies, admits, stores, and only then replaces. wall_s: the highest time ever seen. thumbprint
 * NULL after enrolment: then nothing older than the mark is taken, nor what would make a private
 * device the school's.
 */
must_check int policy_hold_admit(struct policy_hold *hold, const struct identity *identity,
	const char *thumbprint, struct span jws, int64_t wall_s);
