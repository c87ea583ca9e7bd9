/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slows guessing of passwords down, by account name and never by address. After five tries that
 * failed the next must wait 15, 30, 60, ... at most 300 seconds; an hour of rest forgets. Names
 * that are none wait just the same. A fixed table under a secret hash: no guesser makes it grow.
 */
#pragma once

#include "base.h"
#include "str.h"

#define THROTTLE_FREE_TRIES 5
#define THROTTLE_WAIT_MIN_S 15
#define THROTTLE_WAIT_MAX_S 300
#define THROTTLE_FORGET_S 3600

struct throttle;

must_check int throttle_new(struct throttle **ret_throttle);
void throttle_free(struct throttle *throttle);
/* Seconds to wait, or 0: then the try counts as failed until throttle_forgive. */
must_check int throttle_try(
	struct throttle *throttle, struct span name, int64_t now_s, int *ret_wait_s);
void throttle_forgive(struct throttle *throttle, struct span name);
