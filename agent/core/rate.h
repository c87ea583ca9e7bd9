/* SPDX-License-Identifier: Apache-2.0 */
/* How much each user may ask: an allowance that refills with time. Root has no limit. */
#pragma once

#include "base.h"

#include <sys/types.h>

#define RATE_USERS_MAX 64
#define RATE_ALLOWANCE 60u	    /* cost that may be asked at once */
#define RATE_REFILL_MS INT64_C(250) /* for one more */

struct rate_user {
	uid_t uid;
	unsigned left;
	int64_t at_ms; /* boot clock of the last refill; 0 for an empty slot */
};
struct rate {
	struct rate_user users[RATE_USERS_MAX];
};

/* Takes cost from the user's allowance, or says no. */
bool rate_allows(struct rate *rate, uid_t uid, unsigned cost, int64_t boot_ms);
