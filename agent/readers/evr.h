/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of versions "[EPOCH:]VERSION[-RELEASE]" of rpm (rpm-version(7), rpmvercmp) and of
 * pacman (vercmp(8)), which grew from the same root and differ since.
 */
#pragma once

#include "base.h"

enum evr_rules {
	EVR_ALPM,
	EVR_RPM, /* knows "~", older than nothing, and "^", newer than nothing */
};

/* Below 0, 0, above 0, as a is older, the same, newer. A missing release equals every one. */
int evr_compare(enum evr_rules rules, struct span a, struct span b);
