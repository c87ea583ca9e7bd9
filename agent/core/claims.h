/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each person's worker claims of that person's account, for the checks that judge people. A
 * claim is kept over a restart (claim-file.h) for as long as it means something: 30 days, and not
 * beyond the account itself. Somebody who is signed in while no worker answers for them is silent,
 * after a time in which an ordinary sign-in or sign-out would have been over.
 */
#pragma once

#include "check.h"
#include "loop.h"

/* systemd starts the worker after the person's manager and stops it before logind's note goes. */
#define CLAIMS_SETTLE_MS 30000

struct claims;
struct claims_setup {
	struct loop *loop;
	const struct sysroot *root; /* borrowed */
	int state_fd;		    /* holds people.json */
	int64_t settle_ms;	    /* CLAIMS_SETTLE_MS; a test's own */
	/* People are to be judged again. */
	int (*changed)(void *data);
	void *data;
};

/* Loads what was kept; what is torn or not ours is forgotten. */
must_check int claims_new(const struct claims_setup *setup, struct claims **ret_claims);
/* Keeps what is known now. */
void claims_free(struct claims *claims);
void claims_free_p(struct claims **claims);

/* Groups (1 << group) that may be known; what is known of others is forgotten, here and on disk. */
void claims_want(struct claims *claims, unsigned groups);
unsigned claims_wanted(const struct claims *claims);
/* A worker told the facts of its own account. */
must_check int claims_take(struct claims *claims, uid_t uid, const struct personal *facts);
/* The worker of this account is gone. */
must_check int claims_worker_gone(struct claims *claims, uid_t uid);
/* The worker of this account is there and does not answer: silent until it tells facts again. */
must_check int claims_worker_hangs(struct claims *claims, uid_t uid);

/* The shortest time after which somebody's screen locks, in seconds; 0 where none is known */
int64_t claims_lock_shortest(const struct claims *claims);
/* For one run of checks; by uid, on the heap. Leaves out accounts that are no more. */
must_check int claims_people(
	struct claims *claims, struct check_person **ret_people, size_t *ret_n);
