/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time until the screen locks that is set for everybody, with a lock on it, hides what a person
 * set for themselves. Who had chosen a shorter one than the policy's is not to be left open for
 * longer: the shortest that anybody on this device chose is what is written then. A minute is the
 * least, which is the least that desktops offer: nobody locks others out by a second.
 */
#pragma once

#include "core.h"

#define SHORTER_LEAST_S 60

/* The value to write in place of this one: a new reference, or the same value's. -ENOMEM */
must_check int shorter_value(const struct core *core, const char *client, const char *key,
	struct json_object *value, struct json_object **ret_value);
