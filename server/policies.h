/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed policies that devices get, one line of versions for each ownership. What the package
 * brings (DATADIR/baseline, DATADIR/clients) is made into a bundle and signed again whenever it
 * changed or is about to expire; a policy that a person published is left to that person.
 */
#pragma once

#include "policy.h"
#include "state.h"
#include "store.h"

#define POLICIES_DAYS 400
#define POLICIES_RENEW_DAYS 30

enum policies_outcome {
	POLICIES_E_REFUSED = 1, /* not a policy, wrong signature, or not newer: the error says */
};

/* The newest policy if it is newer than held; out stays empty when it is not. */
must_check int policies_newer(
	struct store *store, enum policy_ownership owner, int64_t held, struct str *out);

struct policies_held {
	int64_t version; /* 0 for none */
	int64_t expires;
	bool published; /* by a person */
	char content[44];
};
must_check int policies_find(
	struct store *store, enum policy_ownership owner, struct policies_held *ret_held);

/* A policy on its way into the store; zero it first. */
struct policies_next {
	enum policy_ownership owner;
	struct policy *policy;
	struct str payload;
	struct str jws;
	char content[44]; /* hash of what it says, without version and times */
	bool published;
};
void policies_next_finish(struct policies_next *next);

/*
 * Builds and signs, through the signing child, what should follow held; jws stays empty when held
 * is good. POLICIES_E_REFUSED when a file of the package is not right.
 */
must_check int policies_build(const struct state *state, const char *datadir,
	const struct policies_held *held, int64_t now_s, struct policies_next *next,
	struct json_error *error);
/* POLICIES_E_REFUSED unless it is newer than the newest */
must_check int policies_put(
	struct store *store, const struct policies_next *next, struct json_error *error);
/* Reads and verifies a JWS that was signed elsewhere. */
must_check int policies_open(const struct state *state, struct span jws, struct policies_next *next,
	struct json_error *error);
