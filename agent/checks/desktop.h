/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks on people's desktops share. */
#pragma once

#include "people.h"

/*
 * True when this person can sign in to a desktop. Otherwise the verdict is set: na when there is
 * none on this device, unknown when that could not be seen.
 */
bool desktop_is_there(const struct personal *facts, struct verdict *v);
/* fixed: the fact that the person cannot change what is right. A private device wants it not. */
int desktop_pass_fixed(const struct check_ctx *ctx, int64_t fixed, enum posture_reason right,
	enum posture_reason changeable, struct verdict *v);
