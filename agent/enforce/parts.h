/* SPDX-License-Identifier: Apache-2.0 */
/* The names of a target's path, and its directories opened one by one; for target*.c alone. */
#pragma once

#include "target.h"

#define ENFORCE_PARTS_MAX 32
#define ENFORCE_NAME_MAX 200

struct enforce_parts {
	char text[ENFORCE_PARTS_MAX][ENFORCE_NAME_MAX + 1];
	size_t n;
	bool home;
};
must_check int enforce_parts_read(const char *path, struct enforce_parts *parts);
/* The first n_dirs as far as they exist; target->missing says how many do not. */
must_check int enforce_parts_open(const struct enforce_place *place,
	const struct enforce_parts *parts, size_t n_dirs, struct enforce_target *target);
