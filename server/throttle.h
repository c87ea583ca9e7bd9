/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slows guessing of passwords down, by account name and never by address. After five tries that
 * failed the next must wait 15, 30, 60, ... at most 300 seconds; an hour of rest forgets. Names
 * that are none wait just the same. Kept in the store, so that all processes of an endpoint count
 * together; by a number made from the name and a key of the store's, so that no guesser makes the
 * table grow and nobody reads from it which names were tried.
 */
#pragma once

#include "store.h"

#define THROTTLE_FREE_TRIES 5
#define THROTTLE_WAIT_MIN_S 15
#define THROTTLE_WAIT_MAX_S 300
#define THROTTLE_FORGET_S 3600
#define THROTTLE_BUCKETS 65536

/* In a write. Seconds to wait, or 0: then the try counts as failed until throttle_forgive. */
must_check int throttle_try(struct store *store, struct span name, int64_t now_s, int *ret_wait_s);
must_check int throttle_forgive(struct store *store, struct span name);
must_check int throttle_forget_old(struct store *store, int64_t now_s);
