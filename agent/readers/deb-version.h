/* SPDX-License-Identifier: Apache-2.0 */
/* Debian Policy 5.6.12: order of [epoch:]upstream-version[-debian-revision]. */
#pragma once

#include "base.h"

/* Below, equal to or above 0 as a is older than, the same as or newer than b. Any bytes are taken.
 */
int deb_version_compare(struct span a, struct span b);
