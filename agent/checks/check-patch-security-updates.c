/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.security-updates: no installed package has waited longer than max_age_days for a version
 * that a security archive holds. An age that cannot be proved is unknown, never a pass. Where a
 * maker does not tell fixes from other updates, each update is taken for one (Cyber Essentials:
 * Requirements for IT infrastructure v3.2, "Security update management").
 */
#include "app-fixes.h"
#include "apt-fixes.h"
#include "apt-freshness.h"
#include "package-lock.h"
#include "flatpak.h"
#include "image-age.h"
#include "packages.h"
#include "snapd-state.h"

#include <string.h>

#define ID "patch.security-updates"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/apt"},
	{CHECK_INPUT_FILE, "etc/apt/apt.conf.d"},
	{CHECK_INPUT_FILE, "etc/apt/preferences.d"},
	{CHECK_INPUT_FILE, "etc/apt/sources.list.d"},
	{CHECK_INPUT_FILE, "etc/machine-id"},
	{CHECK_INPUT_FILE, APT_LISTS_DIR},
	{CHECK_INPUT_FILE, APT_STAMP},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, APT_JOURNAL},
	{CHECK_INPUT_FILE, "ostree/deploy"},
	{CHECK_INPUT_FILE, "run/ostree-booted"},
	{CHECK_INPUT_FILE, "usr/lib/bootc"},
	{CHECK_INPUT_FILE, "etc/dnf"},
	{CHECK_INPUT_FILE, "etc/dnf/modules.d"},
	{CHECK_INPUT_FILE, "etc/dnf/plugins"},
	{CHECK_INPUT_FILE, "etc/dnf/repos.override.d"},
	{CHECK_INPUT_FILE, "etc/pacman.conf"},
	{CHECK_INPUT_FILE, "etc/yum.repos.d"},
	{CHECK_INPUT_FILE, "etc/zypp"},
	{CHECK_INPUT_FILE, "etc/zypp/repos.d"},
	{CHECK_INPUT_FILE, "usr/lib/sysimage/rpm"},
	{CHECK_INPUT_FILE, "var/cache/PackageKit"},
	{CHECK_INPUT_FILE, "var/cache/dnf"},
	{CHECK_INPUT_FILE, "var/cache/libdnf5"},
	{CHECK_INPUT_FILE, "var/cache/zypp/raw"},
	{CHECK_INPUT_FILE, FLATPAK_CHANGED},
	{CHECK_INPUT_FILE, FLATPAK_CONFIG},
	{CHECK_INPUT_FILE, FLATPAK_SYSTEM_SUMMARIES},
	{CHECK_INPUT_FILE, "var/lib/pacman/local"},
	{CHECK_INPUT_FILE, "var/lib/pacman/sync"},
	{CHECK_INPUT_FILE, "var/lib/rpm"},
	{CHECK_INPUT_FILE, SNAPD_STATE},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_APPS},
	{CHECK_INPUT_FILE, SNAPD_SNAPS},
};

#define BUSY_LOOK_AGAIN_S 600 /* nothing tells when a lock is given back */

static int64_t list_date(const struct apt_index *index, size_t bit)
{
	return apt_index_judged(index, bit)->release.date;
}

/* The compression may change from one fetch to the next; the list stays the same one. */
static uint64_t list_hash(
	const struct first_seen *memory, const struct apt_index *index, size_t bit)
{
	const struct apt_list *l = &index->lists.items[index->judged[bit]];

	return first_seen_hash(memory, (struct span){l->path, l->stem}, span_z(""), span_z(""));
}

/* Without a memory the archive's own date still proves that a fix is at least that old. */
static int age_alone(const struct apt_package *package, const struct apt_index *index,
	struct first_seen_age *age)
{
	age->listed = INT64_MAX;
	age->absent = 0;
	for (size_t i = 0; i < index->n_judged; i++) {
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
	for (size_t i = 0; i < index->n_judged && r == 0; i++) {
		if (package->lists & UINT64_C(1) << i) {
			r = first_seen_take_pending(memory, hash, list_hash(memory, index, i),
				list_date(index, i), age);
		}
	}
	return r;
}

static int package_take(const struct check_ctx *ctx, const struct apt_index *index,
	const struct apt_package *package, enum fix_way way, struct fix_tally *tally)
{
	struct first_seen_age age = {0};
	int r;

	/* Should apt turn back to the archive of fixes, its wait begins then, without an age. */
	if (way == FIX_WAY_ELSEWHERE) {
		return 0;
	}
	r = ctx->first_seen ? age_remembered(ctx->first_seen, package, index, &age)
			    : age_alone(package, index, &age);
	if (r == 0 && package->lists != 0) {
		fix_tally_add(tally, way, &age);
	}
	return r;
}

static int tally_take(const struct check_ctx *ctx, const struct apt_index *index,
	const struct apt_packages *packages, const enum fix_way *ways, struct fix_tally *tally)
{
	struct first_seen *memory = ctx->first_seen;
	int r = 0;

	if (memory) {
		first_seen_begin(memory);
	}
	for (size_t i = 0; memory && i < index->n_judged && r == 0; i++) {
		r = first_seen_take_list(memory, list_hash(memory, index, i), list_date(index, i));
	}
	for (size_t i = 0; i < packages->len && r == 0; i++) {
		r = package_take(ctx, index, &packages->items[i], ways[i], tally);
	}
	r = r == 0 ? app_fixes_take(ctx, tally) : r;
	if (r == 0 && memory) {
		first_seen_end(memory);
	}
	return r;
}

static int packages_read(const struct check_ctx *ctx, struct apt_packages *packages)
{
	int r = apt_packages_read(ctx->root, packages);

	switch (r) {
	case APT_PACKAGES_E_FORMAT:
		return APT_FIXES_E_FORMAT;
	case APT_PACKAGES_E_LIMIT:
		return APT_FIXES_E_LIMIT;
	case APT_PACKAGES_E_PERMITTED:
		return APT_FIXES_E_PERMITTED;
	default:
		return r;
	}
}

/*
 * What is overdue may be among what is installed at this moment; and after an installation that
 * broke off nothing more can be installed, whatever else is in the way.
 */
static void dpkg_look(
	const struct check_ctx *ctx, const struct apt_packages *packages, struct verdict *v)
{
	if (v->state != POSTURE_FAIL) {
		return;
	}
	if (package_lock_held(ctx->root)) {
		v->due_s = ctx->now.wall_s + BUSY_LOOK_AGAIN_S;
		(void)verdict_set(v, POSTURE_UNKNOWN, POSTURE_UPDATES_RUNNING);
	} else if (packages->interrupted) {
		v->reason = POSTURE_FIX_INTERRUPTED;
	}
}

static int judge_packages(const struct check_ctx *ctx, const struct apt_index *index,
	const struct apt_freshness *fresh, struct verdict *v)
{
	cleanup(apt_packages_finish) struct apt_packages packages = {0};
	cleanup(free_ptr) enum fix_way *ways = NULL;
	struct fix_tally tally;
	int r = packages_read(ctx, &packages);

	if (r == 0) {
		ways = calloc(packages.len, sizeof(*ways));
		r = ways ? apt_fixes_find(ctx, index, &packages, ways) : -ENOMEM;
	}
	if (r != 0) {
		return apt_fixes_explain(r, v);
	}
	fix_tally_init(&tally, ctx);
	r = tally_take(ctx, index, &packages, ways, &tally);
	if (r < 0) {
		return r == -ENOSPC ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT) : r;
	}
	fix_tally_note(&tally, v);
	r = fix_tally_judge(&tally, fresh->reason == POSTURE_INDEX_FRESH, fresh->due_s, v);
	dpkg_look(ctx, &packages, v);
	return r;
}

static int judge_apt(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(apt_index_finish) struct apt_index index = {.n_judged = 0};
	struct apt_freshness fresh;
	int r = apt_index_read_judged(ctx->root, &index);

	if (r != 0) {
		return apt_index_explain(r, v);
	}
	fresh = apt_index_judge(&index, ctx);
	if (fresh.reason == POSTURE_CLOCK_NOT_TRUSTED) {
		return verdict_set(v, POSTURE_UNKNOWN, fresh.reason);
	}
	return judge_packages(ctx, &index, &fresh, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	const struct package_reader *reader =
		sysroot_exists(ctx->root, APT_STATUS) ? NULL : package_reader_find(ctx->root);

	if (image_detect(ctx->root)) {
		int r = image_judge_age(ctx, v);

		return r == 0 ? app_fixes_join(ctx, v) : r;
	}
	return reader ? packages_judge_fixes(reader, ctx, v) : judge_apt(ctx, v);
}

const struct check check_patch_security_updates = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
