/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest reports of a device as its row keeps them, to know them when they come again: the
 * newest first, each "SEQUENCE:WHASH;", where W is f or d for what the answer wanted then.
 */
#pragma once

#include "base.h"
#include "secret.h"
#include "str.h"

#define DEVICE_RECENT_KEPT 4 /* an agent sends one after the other: it asks again for the last */
#define DEVICE_RECENT_ONE (20 + 2 + SECRET_HASH_LEN + 1)
#define DEVICE_RECENT_MAX (DEVICE_RECENT_KEPT * DEVICE_RECENT_ONE)

/* Whether this report is among them; ret_want_full only then */
bool device_recent_has(const char *recent, int64_t sequence, const char *hash, bool *ret_want_full);
/* This one, and those before it but the oldest */
must_check int device_recent_put(const char *recent, int64_t sequence, const char *hash,
	bool want_full, char ret_recent[DEVICE_RECENT_MAX + 1]);
