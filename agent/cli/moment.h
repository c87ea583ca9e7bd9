/* SPDX-License-Identifier: Apache-2.0 */
/* A time as a person writes it. */
#pragma once

#include "base.h"

/*
 * "90m", "2h", "3d": that long after now_s. "2026-11-25 10:00": by this machine's time zone.
 * "2026-11-25": the end of that day there, or its begin. "2026-11-25T10:00:00Z": in UTC. -EINVAL
 */
must_check int moment_parse(const char *text, int64_t now_s, bool end_of_day, int64_t *ret_wall_s);
