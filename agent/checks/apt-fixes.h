/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a package that lacks a fix from getting it. */
#pragma once

#include "apt-packages.h"
#include "fix-tally.h"

enum apt_fixes_outcome {
	APT_FIXES_E_FORMAT = 1, /* a list or what apt is told is damaged */
	APT_FIXES_E_LIMIT,
	APT_FIXES_E_PERMITTED,
	APT_FIXES_E_ELSEWHERE, /* apt keeps its files in other places than it does by default */
};

/*
 * Compares the packages with the judged lists (their bits are set in lists), and tells for each of
 * those that wait in ret_ways, which has room for all packages. Reads further lists only where
 * preferences speak of a package that waits, or its archive phases.
 */
must_check int apt_fixes_find(const struct check_ctx *ctx, const struct apt_index *index,
	struct apt_packages *packages, enum fix_way *ret_ways);
/* The verdict for each of these outcomes */
int apt_fixes_explain(int outcome, struct verdict *v);
