/* SPDX-License-Identifier: Apache-2.0 */
/* When to report and when to try again. Pure: random comes in, so that a test decides it. */
#pragma once

#include "base.h"

#define PACE_RETRY_FIRST_MS INT64_C(60000)
#define PACE_RETRY_LAST_MS (INT64_C(30) * 60 * 1000) /* how long a fleet takes to come back */

/* Before try number attempt + 1: a minute, doubled up to thirty, a quarter more or less. */
int64_t pace_retry_ms(unsigned attempt, uint32_t random);
/* The same, and no shorter than the server asked for; what it asks of all is spread by a quarter.
 */
int64_t pace_asked_ms(unsigned attempt, int64_t retry_after_s, uint32_t random);
/* The batch of the next interval: a random minute of it, so that arrival tells nothing of a day. */
int64_t pace_next_batch(int64_t wall_s, int64_t interval_s, uint32_t random);
/*
 * What to do with the batch that was planned before a restart: kept when it is still ahead and
 * near, within ten minutes when it was missed, planned anew when a clock has jumped.
 */
int64_t pace_resume_batch(int64_t due_s, int64_t wall_s, int64_t interval_s, uint32_t random);
