/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper-changes.h"

#include <string.h>

bool keeper_changes_same(const struct enforce_changes *a, const struct enforce_changes *b)
{
	if (a->len != b->len) {
		return false;
	}
	for (size_t i = 0; i < a->len; i++) {
		const struct enforce_change *x = &a->items[i], *y = &b->items[i];

		if (x->result != y->result || x->error != y->error || strcmp(x->key, y->key) != 0 ||
			strcmp(x->path, y->path) != 0 || !json_equal(x->from, y->from)) {
			return false;
		}
	}
	return true;
}

void keeper_changes_mark_truce(struct enforce_changes *changes, size_t first)
{
	for (size_t i = first; i < changes->len; i++) {
		if (changes->items[i].result == ENFORCE_PLANNED) {
			changes->items[i].result = ENFORCE_CONFLICT;
			changes->items[i].error = ENFORCE_ERROR_REWRITTEN;
		}
	}
}

int keeper_changes_move(struct enforce_changes *from, struct enforce_changes *to)
{
	for (size_t i = 0; i < from->len; i++) {
		int r = vec_push(to, from->items[i], ENFORCE_CHANGES_MAX);

		if (r != 0) {
			return r;
		}
		from->items[i] = (struct enforce_change){0};
	}
	return 0;
}

void keeper_changes_leave_lifted(
	const struct left *left, const struct enforce_profile *profile, struct enforce_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->changes.len; i++) {
		struct enforce_change *change = &plan->changes.items[i];

		if (left_is_lifted(left, profile, change->key)) {
			enforce_change_finish(change);
			plan->drifted--;
		} else {
			plan->changes.items[kept++] = *change;
		}
	}
	plan->changes.len = kept;
}
