/* SPDX-License-Identifier: Apache-2.0 */
/* patch.index-fresh: what apt knows of security fixes is recent and has not expired. */
#include "apt-freshness.h"
#include "image-age.h"
#include "packages.h"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/apt/sources.list"},
	{CHECK_INPUT_FILE, "etc/apt/sources.list.d"},
	{CHECK_INPUT_FILE, APT_LISTS_DIR},
	{CHECK_INPUT_FILE, APT_STAMP},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
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
	{CHECK_INPUT_FILE, "var/lib/pacman/local"},
	{CHECK_INPUT_FILE, "var/lib/pacman/sync"},
	{CHECK_INPUT_FILE, "var/lib/rpm"},
};

static int judge_apt(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(apt_index_finish) struct apt_index index = {0};
	struct apt_freshness fresh;
	int r;

	r = apt_index_read_judged(ctx->root, &index);
	if (r != 0) {
		return apt_index_explain(r, v);
	}
	fresh = apt_index_judge(&index, ctx);
	if (fresh.reason == POSTURE_CLOCK_NOT_TRUSTED) {
		return verdict_set(v, POSTURE_UNKNOWN, fresh.reason);
	}
	verdict_note(v, "archives", "%zu", fresh.n);
	verdict_note(v, "oldest-days", "%lld", (long long)(fresh.oldest_s / CLOCK_DAY_S));
	if (fresh.reason != POSTURE_INDEX_FRESH) {
		return verdict_set(v, POSTURE_FAIL, fresh.reason);
	}
	v->due_s = fresh.due_s;
	return verdict_set(v, POSTURE_PASS, POSTURE_INDEX_FRESH);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	const struct package_reader *reader =
		sysroot_exists(ctx->root, APT_STATUS) ? NULL : package_reader_find(ctx->root);

	if (image_detect(ctx->root)) {
		return verdict_set(v, POSTURE_NA, POSTURE_IMAGE_BASED);
	}
	return reader ? packages_judge_index(reader, ctx, v) : judge_apt(ctx, v);
}

const struct check check_patch_index_fresh = {
	.id = "patch.index-fresh",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
