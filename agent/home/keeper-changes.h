/* SPDX-License-Identifier: Apache-2.0 */
/* What the worker's keeper does with lists of changes. */
#pragma once

#include "change.h"
#include "left.h"
#include "plan.h"

bool keeper_changes_same(const struct enforce_changes *a, const struct enforce_changes *b);
/* What stands in the way of a client that is left alone: planned, but for a truce */
void keeper_changes_mark_truce(struct enforce_changes *changes, size_t first);
/* Moves all behind those of to */
must_check int keeper_changes_move(struct enforce_changes *from, struct enforce_changes *to);
/* What an exemption lets go is no drift. */
void keeper_changes_leave_lifted(
	const struct left *left, const struct enforce_profile *profile, struct enforce_plan *plan);
