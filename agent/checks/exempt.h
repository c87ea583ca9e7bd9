/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's part of exemptions: which of the policy's and of the owner's run on this device now,
 * and what that makes of a verdict. */
#pragma once

#include "check.h"

#define EXEMPT_USES_MAX 64 /* the policy's and those given here */

/* How long an exemption ran so far by the boot clock; kept by the core between runs */
struct exemption_use {
	char id[EXEMPTION_ID_MAX + 1];
	int64_t used_s;
};

/* While an exemption runs its controls are judged at least this often, so that used time is kept
 * and a clock that somebody stops does not stretch it. */
#define EXEMPT_LOOK_S ((int64_t)3600)

/* The i-th exemption there is, the policy's first, then those given here; NULL behind the last */
const struct exemption *exempt_at(const struct check_ctx *ctx, size_t i);
enum exemption_phase exempt_phase(const struct check_ctx *ctx, const struct exemption *exemption);
/*
 * A control that fails while an exemption for it runs is exempt, and says until when; any other
 * verdict is told as it is. due_s is when this may change.
 */
void exempt_apply(const struct check_ctx *ctx, const char *control, struct verdict *verdict);
