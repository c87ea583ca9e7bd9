/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest reports of a device as its row keeps them, to know them when they come again: the
 * newest first, each "WHASH", where W is f or d for what the answer wanted then, and dots where
 * there is none yet. So it is always as long, and a row of the same length is changed where it
 * lies. Earlier servers wrote each as "SEQUENCE:WHASH;", which is read too: the sequence is in what
 * is hashed.
 */
#pragma once

#include "base.h"
#include "secret.h"
#include "str.h"

#define DEVICE_RECENT_KEPT 4 /* an agent sends one after the other: it asks again for the last */
#define DEVICE_RECENT_ONE (1 + SECRET_HASH_LEN)
#define DEVICE_RECENT_LEN (DEVICE_RECENT_KEPT * DEVICE_RECENT_ONE)
#define DEVICE_RECENT_MAX (DEVICE_RECENT_KEPT * (20 + 1 + DEVICE_RECENT_ONE + 1)) /* as it was */

/* Whether what has this hash, of secret.h, is among them; ret_want_full only then */
bool device_recent_has(const char *recent, const char *hash, bool *ret_want_full);
/* This one, and those before it but the oldest. -EINVAL: no hash */
must_check int device_recent_put(const char *recent, const char *hash, bool want_full,
	char ret_recent[DEVICE_RECENT_MAX + 1]);
