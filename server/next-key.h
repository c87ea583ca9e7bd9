/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which devices know the key that the server will have after the next rotate-tls: those that said
 * that they hold a policy which names it.
 */
#pragma once

#include "fleet.h"
#include "state.h"
#include "store.h"

#define NEXT_KEY_MARK "tls_rotated"
#define NEXT_KEY_LABELS_MAX 10

struct next_key {
	int64_t devices; /* that do not know it; lost ones are not counted */
	char labels[NEXT_KEY_LABELS_MAX][FLEET_LABEL_MAX + 1]; /* of some of them */
	size_t n_labels;
};

/*
 * Before the first rotation every code named it, so that all know it. state: with its pins loaded.
 * -errno
 */
must_check int next_key_count(
	const struct state *state, struct store *store, struct next_key *ret_count);
