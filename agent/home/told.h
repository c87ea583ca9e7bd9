/* SPDX-License-Identifier: Apache-2.0 */
/* Which causes this user was told of: nobody is told twice. A file of the user's own. */
#pragma once

#include "shown.h"
#include "str.h"
#include "vec.h"

#define TOLD_NAME SHOWN_FILE
#define TOLD_MAX 128 /* the oldest are forgotten first */
#define TOLD_CAUSE_MAX 128

struct told {
	int dirfd; /* borrowed; -1: remembered for as long as this process lives */
	VEC(char *) causes;
};
void told_finish(struct told *told);
/* What cannot be read is forgotten. -ENOMEM */
must_check int told_open(int dirfd, struct told *ret_told);
bool told_has(const struct told *told, const char *cause);
/* Of any cause that begins so */
bool told_has_like(const struct told *told, const char *begin);
/* Saved at once, as far as that can be done. -ENOMEM */
must_check int told_add(struct told *told, const char *cause);
