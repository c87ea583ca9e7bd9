/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a setting that is kept does not count yet, since something that runs is older than it. */
#pragma once

#include "clock.h"
#include "sysroot.h"

#include <sys/types.h>

#define LATER_FILE_MAX ((size_t)64 << 10)

/* Whether the computer runs since before this wall second. changed_s 0: never */
bool later_started_before(struct clock_now now, int64_t changed_s);
/*
 * Whether a person is signed in since before it, as logind notes it in run/systemd/users/UID
 * (REALTIME=, microseconds; run/user is hidden from caretakerd). Only asked for that; nothing of it
 * is kept, and a machine without logind has nobody signed in by this.
 */
bool later_signed_in_before(const struct sysroot *root, int64_t changed_s);
/* The same of one account */
bool later_signed_in_since(const struct sysroot *root, uid_t uid, int64_t changed_s);
