/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed policies that devices get. A line is what all devices of an ownership get (team ""),
 * or what one group gets instead. What the package brings (DATADIR/baseline, DATADIR/clients), the
 * school's edit of it and the exemptions in force are made into a bundle and signed again whenever
 * one of them changed or it is about to expire; a policy that a person published is left to that
 * person until somebody edits the line.
 *
 * All lines of an ownership count one row of versions: a device that changes its group never goes
 * back.
 */
#pragma once

#include "device.h"
#include "policy.h"
#include "state.h"
#include "store.h"

#define POLICIES_DAYS 400
#define POLICIES_RENEW_DAYS 30
#define POLICIES_LINES_MAX 64
#define POLICIES_WHO_MAX 64 /* an account's name */
#define POLICIES_EDIT_MAX ((size_t)64 << 10)

enum policies_outcome {
	POLICIES_E_REFUSED = 1, /* not a policy, wrong signature, or not newer: the error says */
};

struct policies_line {
	enum policy_ownership owner;
	char team[DEVICE_TEAM_MAX + 1];
};

struct policies_line policies_line_of(const struct device *device);

/* The newest of the device's line if it is newer than held; out stays empty when it is not. */
must_check int policies_newer(
	struct store *store, const struct policies_line *device, int64_t held, struct str *out);
/* What policies_newer would give a device that holds none, or ""; version 0 for none */
must_check int policies_current(struct store *store, const struct policies_line *device,
	char ret_name[POLICY_WORD_MAX + 1], int64_t *ret_version);

struct policies_held {
	int64_t version; /* of this line, 0 for none */
	int64_t newest;	 /* of the ownership */
	int64_t expires;
	bool published; /* by a person, and not edited since */
	bool behind;	/* a device of this line holds a newer one, of another line */
	char content[44];
};
must_check int policies_find(
	struct store *store, const struct policies_line *line, struct policies_held *ret_held);

/* Those of every ownership, with team "" or with an edit of their own */
struct policies_lines {
	struct policies_line list[POLICIES_LINES_MAX];
	size_t n;
};
must_check int policies_list_lines(struct store *store, struct policies_lines *ret_lines);
/* Appends the line's edit, "{}" when it has none. */
must_check int policies_read_edit(
	struct store *store, const struct policies_line *line, struct str *out);

/* A policy on its way into the store; zero it first. */
struct policies_next {
	struct policies_line line;
	struct str edit;
	struct json_object *exemptions; /* NULL for none */
	struct policy *policy;
	struct str payload;
	struct str jws;
	char content[44]; /* hash of what it says, without version and times */
	bool published;
	int64_t at;
	char who[POLICIES_WHO_MAX + 1]; /* who edited the line last, or "" */
};
void policies_next_finish(struct policies_next *next);

/* Reads what the line is to be made of: edit and exemptions. */
must_check int policies_gather(struct store *store, int64_t now_s, struct policies_next *next);
/* What the package brings for this ownership, without version and times. POLICIES_E_REFUSED */
must_check int policies_load(const char *datadir, enum policy_ownership owner,
	struct json_object **ret_bundle, struct json_error *error);
/* A fleet learns the server's next key long before it is served. Nothing when there are none */
must_check int policies_add_pins(const struct pins *pins, struct json_object *bundle);
/* Only whether it could be built. POLICIES_E_REFUSED */
must_check int policies_try(
	const char *datadir, struct policies_next *next, int64_t now_s, struct json_error *error);
/*
 * Builds and signs, through the signing child, what should follow held; jws stays empty when held
 * is good. *version, the newest of the ownership, is counted up. POLICIES_E_REFUSED when a file of
 * the package is not right.
 */
must_check int policies_build(const struct state *state, const char *datadir,
	const struct policies_held *held, int64_t now_s, struct policies_next *next,
	int64_t *version, struct json_error *error);
/* POLICIES_E_REFUSED unless it is newer than the newest */
must_check int policies_put(
	struct store *store, const struct policies_next *next, struct json_error *error);
/* Reads and verifies a JWS that was signed elsewhere. */
must_check int policies_open(const struct state *state, struct span jws, struct policies_next *next,
	struct json_error *error);
