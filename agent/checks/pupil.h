/* SPDX-License-Identifier: Apache-2.0 */
/* Controls for pupils' devices alone: the policy's "profile" of a control says whose it is. */
#pragma once

#include "check.h"

/*
 * True with the verdict set to na: a private device, where it is the parents' choice, or one whose
 * profile is not "pupil" (a policy that does not say means staff).
 */
bool pupil_excuse(const struct check_ctx *ctx, const char *id, struct verdict *v);
