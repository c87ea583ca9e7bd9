/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reports of one transaction have in common. Counts (tally.h) are added up here and
 * written once for all of them, in the order of their keys; severities and the webhook are read
 * once. While a store has one (store->batch), its counts are behind: whoever reads them has it
 * written first.
 */
#pragma once

#include "policy.h"
#include "posture.h"
#include "store.h"

#define BATCH_COUNTS_MAX 4096 /* of one transaction; what is more is written at once */
#define BATCH_RANKS_MAX 1024  /* severities; with more than these each is asked for */
#define BATCH_TEAM_MAX 24
#define BATCH_STATE_MAX 16

struct batch;
must_check int batch_new(struct batch **ret_batch);
void batch_free(struct batch *batch); /* NULL is fine */
/* A transaction begins, or was undone: nothing is known and nothing is counted. */
void batch_clear(struct batch *batch);

/* From here on is one job: what it counts can be undone alone. */
void batch_mark(struct batch *batch);
void batch_undo(struct batch *batch);
/* False when it is full, or a name too long: to be written at once */
bool batch_count(
	struct batch *batch, const char *team, const char *subject, const char *state, int64_t n);
/*
 * Writes what was counted since the last time, and forgets what was read. The store must have no
 * batch meanwhile. Once it failed it fails until batch_clear: the transaction is to be undone.
 */
must_check int batch_write(struct batch *batch, struct store *store);

/* Of a control in the newest policy; ret_rank is not written for one that no policy names. */
must_check int batch_rank(struct batch *batch, struct store *store, enum policy_ownership owner,
	const char *control, int64_t *ret_rank);
/* Whether somebody is to be told of what newly fails */
must_check int batch_hooks(struct batch *batch, struct store *store, bool *ret_hooks);
