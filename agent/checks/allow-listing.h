/* SPDX-License-Identifier: Apache-2.0 */
/* Only programs on a list may run: what makes an anti-virus program unnecessary. */
#pragma once

#include "check.h"

/* The policy says so for this device (malware.av-active, "alternative"). */
bool allow_listing_by_policy(const struct policy *policy);
/* fapolicyd.conf(5): "permissive = 1" only notes what it would have stopped. */
must_check int allow_listing_permissive(const struct sysroot *root, bool *ret_permissive);
/* The policy says so, or fapolicyd runs and stops what is not on its list. */
must_check int allow_listing_used(const struct check_ctx *ctx, bool *ret_used);
