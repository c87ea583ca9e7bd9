/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-fixes.h"
#include "apt-parts.h"
#include "apt-policy.h"
#include "deb-version.h"

#include <string.h>

static int outcome_of(int r)
{
	switch (r) {
	case APT_PACKAGES_E_FORMAT:
	case APT_PARTS_E_FORMAT:
	case APT_PINS_E_FORMAT:
		return APT_FIXES_E_FORMAT;
	case APT_PACKAGES_E_LIMIT:
	case APT_PARTS_E_LIMIT:
	case APT_PINS_E_BOUNDS:
	case -ENOSPC:
		return APT_FIXES_E_LIMIT;
	case APT_PACKAGES_E_PERMITTED:
	case APT_PARTS_E_PERMITTED:
		return APT_FIXES_E_PERMITTED;
	default:
		return r;
	}
}

int apt_fixes_explain(int outcome, struct verdict *v)
{
	switch (outcome) {
	case APT_FIXES_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	case APT_FIXES_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case APT_FIXES_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case APT_FIXES_E_ELSEWHERE:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	default:
		return outcome;
	}
}

static const struct apt_release *release_of(const struct apt_index *index, size_t list)
{
	return &index->archives.items[index->lists.items[list].archive].release;
}

/* Ubuntu alone phases, in lists that are not those of its fixes. */
static bool may_phase(const struct apt_index *index)
{
	for (size_t i = 0; i < index->lists.len; i++) {
		if (strcmp(release_of(index, i)->origin, "Ubuntu") == 0) {
			return true;
		}
	}
	return false;
}

static bool newer(const char *a, const char *b)
{
	return deb_version_compare(span_z(a), span_z(b)) > 0;
}

/* The highest version that a list offers which marks its fixes, or that one does which does not */
static const struct apt_offer *fix_of(
	const struct apt_index *index, const struct apt_package *package, bool marked)
{
	const struct apt_offer *fix = NULL;

	for (const struct apt_offer *o = package->offers; o; o = o->next) {
		int bit = index->lists.items[o->list].bit;

		if (bit < 0 || marked != ((index->marked & UINT64_C(1) << bit) != 0)) {
			continue;
		}
		if (!fix || newer(o->version, fix->version)) {
			fix = o;
		}
	}
	return fix;
}

/* "Debian Backports" is Debian as well. */
static bool same_maker(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), least = n < m ? n : m;

	return strncmp(a, b, least) == 0 && (n == m || (n < m ? b : a)[least] == ' ');
}

/*
 * The installed version, or the one that apt would take, is another maker's, whose archive is
 * preferred to that of the fix: Linux Mint's browser is not Ubuntu's, whatever their versions. So
 * is an archive for subscribers that preferences shut out until there is a subscription.
 */
static bool follows_another(const struct apt_policy *policy, const struct apt_package *package,
	const struct apt_offer *fix, const struct apt_candidate *candidate)
{
	const struct apt_release *own = release_of(policy->index, fix->list);
	int priority = apt_policy_priority(policy, package, fix->version);

	if (own->esm && policy->priorities[fix->list] <= 0) {
		return true;
	}
	for (const struct apt_offer *o = package->offers; o; o = o->next) {
		bool ours = strcmp(o->version, package->version) == 0 ||
			    (candidate->version && strcmp(o->version, candidate->version) == 0);

		if (ours && !same_maker(release_of(policy->index, o->list)->origin, own->origin) &&
			apt_policy_priority(policy, package, o->version) > priority) {
			return true;
		}
	}
	return false;
}

/* What the other maker's archive says itself: an update that may be a fix, or nothing */
static enum fix_way sort_elsewhere(const struct apt_index *index, struct apt_package *package,
	const struct apt_candidate *candidate, enum fix_way first)
{
	const struct apt_offer *wanted;

	package->lists &= ~index->marked;
	wanted = package->lists ? fix_of(index, package, false) : NULL;
	if (!wanted || !candidate->version || !newer(candidate->version, package->version) ||
		newer(wanted->version, candidate->version)) {
		return FIX_WAY_ELSEWHERE;
	}
	return first == FIX_WAY_HELD ? first : FIX_WAY_UNMARKED;
}

static int asked_sort(
	const struct apt_policy *policy, struct apt_package *package, enum fix_way *way)
{
	bool marked = (package->lists & policy->index->marked) != 0;
	const struct apt_offer *wanted = fix_of(policy->index, package, marked);
	struct apt_candidate candidate;
	int r = apt_policy_choose(policy, package, &candidate);

	if (r != 0 || !wanted) {
		return r;
	}
	if (candidate.version && !newer(wanted->version, candidate.version)) {
		*way = candidate.deferred && *way != FIX_WAY_HELD ? FIX_WAY_PHASED : *way;
	} else if (!marked || follows_another(policy, package, wanted, &candidate)) {
		*way = sort_elsewhere(policy->index, package, &candidate, *way);
	} else {
		*way = *way == FIX_WAY_HELD ? *way : FIX_WAY_PINNED;
	}
	return 0;
}

static enum fix_way fix_first(const struct apt_policy *policy, const struct apt_package *package)
{
	if (package->held && !policy->settings.ignore_hold) {
		return FIX_WAY_HELD;
	}
	return package->lists & policy->index->marked ? FIX_WAY_OPEN : FIX_WAY_UNMARKED;
}

/* True when the further lists are wanted */
static bool ask(const struct apt_policy *policy, struct apt_packages *packages)
{
	bool phases = may_phase(policy->index), any = false;

	for (size_t i = 0; i < packages->len; i++) {
		struct apt_package *package = &packages->items[i];

		package->asked = package->lists != 0 &&
				 (phases || package->phased || !apt_policy_silent(policy, package));
		any = any || package->asked;
	}
	return any;
}

static int pending_sort(const struct check_ctx *ctx, const struct apt_index *index,
	struct apt_packages *packages, enum fix_way *ways)
{
	cleanup(apt_policy_finish) struct apt_policy policy = {.priorities = NULL};
	int r = apt_policy_read(ctx->root, index, packages, &policy);

	if (r != 0) {
		return outcome_of(r);
	}
	if (policy.settings.elsewhere) {
		return APT_FIXES_E_ELSEWHERE;
	}
	if (ask(&policy, packages)) {
		r = apt_packages_read_offers(packages, ctx, index);
	}
	for (size_t i = 0; i < packages->len && r == 0; i++) {
		struct apt_package *package = &packages->items[i];

		if (package->lists != 0) {
			ways[i] = fix_first(&policy, package);
			r = package->asked ? asked_sort(&policy, package, &ways[i]) : 0;
		}
	}
	return outcome_of(r);
}

int apt_fixes_find(const struct check_ctx *ctx, const struct apt_index *index,
	struct apt_packages *packages, enum fix_way *ret_ways)
{
	bool pending = false;
	int r = 0;

	for (size_t i = 0; i < index->n_judged && r == 0; i++) {
		r = apt_packages_compare(
			packages, ctx, index->lists.items[index->judged[i]].path, (unsigned)i);
	}
	if (r != 0) {
		return outcome_of(r);
	}
	for (size_t i = 0; i < packages->len; i++) {
		ret_ways[i] = FIX_WAY_OPEN;
		pending = pending || packages->items[i].lists != 0;
	}
	return pending ? pending_sort(ctx, index, packages, ret_ways) : 0;
}
