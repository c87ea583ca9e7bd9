/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.security-updates: no installed package has waited longer than max_age_days for a version
 * that a security archive holds. An age that cannot be proved is unknown, never a pass.
 */
#include "apt-index.h"
#include "apt-packages.h"
#include "first-seen.h"

#include <string.h>

#define ID "patch.security-updates"
#define MAX_AGE_DAYS_DEFAULT 14

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, APT_LISTS_DIR},
	{CHECK_INPUT_FILE, APT_STAMP},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "run/ostree-booted"},
	{CHECK_INPUT_FILE, "usr/lib/bootc"},
};

struct tally {
	size_t pending;
	size_t held;	     /* of the pending ones */
	size_t overdue;	     /* proved older than allowed, not held */
	size_t held_overdue; /* the same, held */
	size_t unproved;     /* neither proved older nor proved younger */
	int64_t oldest;	     /* when the oldest was listed at the latest */
	int64_t next;	     /* when the next one becomes overdue */
};

static int packages_explain(int outcome, struct verdict *v)
{
	switch (outcome) {
	case APT_PACKAGES_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	case APT_PACKAGES_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case APT_PACKAGES_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	default:
		return outcome;
	}
}

static int64_t list_date(const struct apt_index *index, size_t list)
{
	return index->archives[index->lists[list].archive].date;
}

/* The compression may change from one fetch to the next; the list stays the same one. */
static uint64_t list_hash(
	const struct first_seen *memory, const struct apt_index *index, size_t list)
{
	const struct apt_list *l = &index->lists[list];

	return first_seen_hash(memory, (struct span){l->path, l->stem}, span_z(""), span_z(""));
}

/* Without a memory the archive's own date still proves that a fix is at least that old. */
static int age_alone(const struct apt_package *package, const struct apt_index *index,
	struct first_seen_age *age)
{
	age->listed = INT64_MAX;
	age->absent = 0;
	for (size_t i = 0; i < index->n_lists; i++) {
		if (package->lists & UINT64_C(1) << i && list_date(index, i) < age->listed) {
			age->listed = list_date(index, i);
		}
	}
	return 0;
}

static int age_remembered(struct first_seen *memory, const struct apt_package *package,
	const struct apt_index *index, struct first_seen_age *age)
{
	uint64_t hash = first_seen_hash(memory, span_z(package->name),
		span_z(package->architecture), span_z(package->version));
	int r = 0;

	if (package->lists == 0) {
		return first_seen_take_clean(memory, hash);
	}
	for (size_t i = 0; i < index->n_lists && r == 0; i++) {
		if (package->lists & UINT64_C(1) << i) {
			r = first_seen_take_pending(memory, hash, list_hash(memory, index, i),
				list_date(index, i), age);
		}
	}
	return r;
}

static void tally_add(struct tally *tally, bool held, const struct first_seen_age *age, int64_t now,
	int64_t limit)
{
	tally->pending++;
	tally->held += held;
	if (age->listed < tally->oldest) {
		tally->oldest = age->listed;
	}
	if (now - age->listed > limit) {
		tally->overdue += !held;
		tally->held_overdue += held;
		return;
	}
	if (age->listed + limit + 1 < tally->next) {
		tally->next = age->listed + limit + 1;
	}
	if (age->absent == 0 || now - age->absent > limit) {
		tally->unproved++;
	}
}

static int tally_take(const struct check_ctx *ctx, const struct apt_index *index,
	const struct apt_packages *packages, struct tally *tally)
{
	int64_t limit = CLOCK_DAY_S * policy_control_number(ctx->policy, ID, "max_age_days",
					      MAX_AGE_DAYS_DEFAULT);
	struct first_seen *memory = ctx->first_seen;
	int r = 0;

	if (memory) {
		first_seen_begin(memory);
	}
	for (size_t i = 0; memory && i < index->n_lists && r == 0; i++) {
		r = first_seen_take_list(memory, list_hash(memory, index, i), list_date(index, i));
	}
	for (size_t i = 0; i < packages->len && r == 0; i++) {
		const struct apt_package *package = &packages->items[i];
		struct first_seen_age age = {0};

		r = memory ? age_remembered(memory, package, index, &age)
			   : age_alone(package, index, &age);
		if (r == 0 && package->lists != 0) {
			tally_add(tally, package->held, &age, ctx->now.wall_s, limit);
		}
	}
	if (r == 0 && memory) {
		first_seen_end(memory);
	}
	return r;
}

static const char *count_band(size_t n)
{
	return n == 0 ? "0" : n <= 5 ? "1-5" : "6+";
}

static void tally_note(const struct tally *tally, int64_t now, struct verdict *v)
{
	verdict_note(v, "pending", "%zu", tally->pending);
	verdict_note(v, "band", "%s", count_band(tally->pending));
	if (tally->held > 0) {
		verdict_note(v, "held", "%zu", tally->held);
	}
	if (tally->pending > 0) {
		verdict_note(
			v, "oldest-days", "%lld", (long long)((now - tally->oldest) / CLOCK_DAY_S));
	}
}

/*
 * An old list can hide further fixes, but those it shows are missing for certain: so a fix proved
 * overdue fails before the list's own age is asked.
 */
static int judge(const struct tally *tally, const struct apt_freshness *fresh, struct verdict *v)
{
	if (tally->overdue > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIX_OVERDUE);
	}
	if (tally->held_overdue > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIX_HELD);
	}
	if (fresh->reason != POSTURE_INDEX_FRESH) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_STALE);
	}
	v->due_s = tally->next < fresh->due_s ? tally->next : fresh->due_s;
	if (tally->unproved > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_AGE_NOT_KNOWN);
	}
	return verdict_set(
		v, POSTURE_PASS, tally->pending > 0 ? POSTURE_FIX_RECENT : POSTURE_UP_TO_DATE);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(apt_index_finish) struct apt_index index = {0};
	cleanup(apt_packages_finish) struct apt_packages packages = {0};
	struct tally tally = {.oldest = INT64_MAX, .next = INT64_MAX};
	struct apt_freshness fresh;
	int r;

	r = apt_index_read(ctx->root, &index);
	if (r != 0) {
		return apt_index_explain(r, v);
	}
	fresh = apt_index_judge(&index, ctx);
	if (fresh.reason == POSTURE_CLOCK_NOT_TRUSTED) {
		return verdict_set(v, POSTURE_UNKNOWN, fresh.reason);
	}
	r = apt_packages_read(ctx->root, &packages);
	for (size_t i = 0; i < index.n_lists && r == 0; i++) {
		r = apt_packages_compare(&packages, ctx, index.lists[i].path, (unsigned)i);
	}
	if (r != 0) {
		return packages_explain(r, v);
	}
	r = tally_take(ctx, &index, &packages, &tally);
	if (r < 0) {
		return r == -ENOSPC ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT) : r;
	}
	tally_note(&tally, ctx->now.wall_s, v);
	return judge(&tally, &fresh, v);
}

const struct check check_patch_security_updates = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
