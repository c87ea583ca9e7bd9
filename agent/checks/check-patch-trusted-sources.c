/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.trusted-sources: everything that may be installed is signed by somebody whom the computer
 * knows. Told by the files of each package manager that is there; which source it is stays here.
 */
#include "check.h"
#include "trusted-sources.h"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/apt/apt.conf"},
	{CHECK_INPUT_FILE, "etc/apt/apt.conf.d"},
	{CHECK_INPUT_FILE, "etc/apt/sources.list"},
	{CHECK_INPUT_FILE, "etc/apt/sources.list.d"},
	{CHECK_INPUT_FILE, "etc/dnf/dnf.conf"},
	{CHECK_INPUT_FILE, "etc/pacman.conf"},
	{CHECK_INPUT_FILE, "etc/yum.repos.d"},
	{CHECK_INPUT_FILE, "etc/zypp/repos.d"},
	{CHECK_INPUT_FILE, "etc/zypp/zypp.conf"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/repo/config"},
	{CHECK_INPUT_FILE, "var/lib/snapd/snaps"},
};

static int judge(
	const struct check_ctx *ctx, const struct trusted_sources *sources, struct verdict *v)
{
	if (sources->untrusted > 0) {
		verdict_note(v, "sources", "%zu", sources->untrusted);
		return verdict_set(v, POSTURE_FAIL, POSTURE_SOURCE_UNTRUSTED);
	}
	if (sources->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (sources->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (sources->n > 0) {
		return verdict_set(v, POSTURE_PASS, POSTURE_SOURCES_TRUSTED);
	}
	return sysroot_exists(ctx->root, "run/ostree-booted")
		       ? verdict_set(v, POSTURE_NA, POSTURE_IMAGE_BASED)
		       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct trusted_sources sources = {.n = 0};
	int r = trusted_sources_apt(ctx->root, &sources);

	if (r == 0) {
		r = trusted_sources_rpm(ctx->root, &sources);
	}
	if (r == 0) {
		r = trusted_sources_pacman(ctx->root, &sources);
	}
	if (r == 0) {
		r = trusted_sources_apps(ctx->root, &sources);
	}
	return r != 0 ? r : judge(ctx, &sources, v);
}

const struct check check_patch_trusted_sources = {
	.id = "patch.trusted-sources",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
