/* SPDX-License-Identifier: Apache-2.0 */
/* Systems that are replaced as a whole (rpm-ostree, bootc): how old is the one that runs. */
#pragma once

#include "check.h"

/* Such a system */
bool image_detect(const struct sysroot *root);
/* patch.security-updates there: the age of what was booted; a base's, where packages were added. */
must_check int image_judge_age(const struct check_ctx *ctx, struct verdict *v);
