/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Package managers other than apt: which of them keeps this system, which fixes it knows of that
 * are not installed, and how recent its knowledge is. The two checks that ask are the same for all.
 */
#pragma once

#include "fix-tally.h"

/* What a manager knows was heard from its sources. */
struct packages_index {
	size_t n;	/* sources switched on */
	int64_t heard;	/* when the one that was heard from the longest ago was; INT64_MAX: none */
	int64_t newest; /* the latest time that any of it is marked with */
};

struct package_reader {
	bool (*detect)(const struct sysroot *root);
	/*
	 * 0; negative errno; or the enum posture_reason for which it cannot be said. Only those
	 * sources count that may bring security fixes.
	 */
	int (*index)(const struct check_ctx *ctx, struct packages_index *ret_index);
	/* Adds each fix that is missing to tally; as above. */
	int (*pending)(const struct check_ctx *ctx, const struct packages_index *index,
		struct fix_tally *tally);
};

extern const struct package_reader package_reader_pacman;
extern const struct package_reader package_reader_rpm;

/* NULL: none of them is here. */
const struct package_reader *package_reader_find(const struct sysroot *root);
/* patch.index-fresh and patch.security-updates by that reader */
must_check int packages_judge_index(
	const struct package_reader *reader, const struct check_ctx *ctx, struct verdict *v);
must_check int packages_judge_fixes(
	const struct package_reader *reader, const struct check_ctx *ctx, struct verdict *v);
