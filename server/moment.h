/* SPDX-License-Identifier: Apache-2.0 */
/* Times as they are kept and shown: by the hour for a school's device, by the day for a private. */
#pragma once

#include "base.h"
#include "policy.h"

#define MOMENT_HOUR_S ((int64_t)3600)

must_check int moment_parse_owner(struct span word, enum policy_ownership *ret_owner);
const char *moment_owner_name(enum policy_ownership owner); /* "school", "private" */
int64_t moment_unit(enum policy_ownership owner);	    /* seconds */
int64_t moment_round(enum policy_ownership owner, int64_t wall_s);
/* "2026-11-22T01:00:00Z" or "2026-11-22"; NULL: no memory */
struct json_object *moment_json(enum policy_ownership owner, int64_t wall_s);
struct json_object *moment_json_instant(int64_t wall_s);
struct json_object *moment_json_day(int64_t wall_s);
