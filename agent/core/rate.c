/* SPDX-License-Identifier: Apache-2.0 */
#include "rate.h"

/* The user's slot, or the one that was longest not used */
static struct rate_user *find(struct rate *rate, uid_t uid)
{
	struct rate_user *oldest = &rate->users[0];

	for (size_t i = 0; i < ARRAY_LEN(rate->users); i++) {
		struct rate_user *user = &rate->users[i];

		if (user->at_ms != 0 && user->uid == uid) {
			return user;
		}
		if (user->at_ms < oldest->at_ms) {
			oldest = user;
		}
	}
	*oldest = (struct rate_user){.uid = uid};
	return oldest;
}

static void refill(struct rate_user *user, int64_t boot_ms)
{
	int64_t more = (boot_ms - user->at_ms) / RATE_REFILL_MS;

	if (user->at_ms == 0 || more >= RATE_ALLOWANCE) {
		user->left = RATE_ALLOWANCE;
		user->at_ms = boot_ms > 0 ? boot_ms : 1;
		return;
	}
	if (more > 0) {
		user->left += (unsigned)more;
		if (user->left > RATE_ALLOWANCE) {
			user->left = RATE_ALLOWANCE;
		}
		user->at_ms += more * RATE_REFILL_MS;
	}
}

bool rate_allows(struct rate *rate, uid_t uid, unsigned cost, int64_t boot_ms)
{
	struct rate_user *user;

	if (uid == 0) {
		return true;
	}
	user = find(rate, uid);
	refill(user, boot_ms);
	if (user->left < cost) {
		return false;
	}
	user->left -= cost;
	return true;
}
