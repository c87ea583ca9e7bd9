/* SPDX-License-Identifier: Apache-2.0 */
/* patch.auto-updates: security fixes are fetched and installed without anybody asking for it. */
#include "auto-updates.h"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/apt/apt.conf"},
	{CHECK_INPUT_FILE, "etc/apt/apt.conf.d"},
	{CHECK_INPUT_FILE, "etc/cron.daily/apt-compat"},
	{CHECK_INPUT_FILE, "etc/cron.daily/opensuse.org-online_update"},
	{CHECK_INPUT_FILE, "etc/cron.weekly/opensuse.org-online_update"},
	{CHECK_INPUT_FILE, "etc/dnf/automatic.conf"},
	{CHECK_INPUT_FILE, "etc/rpm-ostreed.conf"},
	{CHECK_INPUT_FILE, "etc/sysconfig/automatic_online_update"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/timers.target.wants"},
	{CHECK_INPUT_FILE, "lib/systemd/system"},
	{CHECK_INPUT_FILE, "run/ostree-booted"},
	{CHECK_INPUT_FILE, "run/systemd/system"},
	{CHECK_INPUT_FILE, "usr/bin/dnf"},
	{CHECK_INPUT_FILE, "usr/bin/dnf5"},
	{CHECK_INPUT_FILE, "usr/bin/mintupdate-automation"},
	{CHECK_INPUT_FILE, "usr/bin/unattended-upgrade"},
	{CHECK_INPUT_FILE, "usr/bin/zypper"},
	{CHECK_INPUT_FILE, "usr/lib/bootc"},
	{CHECK_INPUT_FILE, "usr/lib/systemd/system"},
	{CHECK_INPUT_FILE, "usr/lib/systemd/system/timers.target.wants"},
	{CHECK_INPUT_FILE, "usr/local/lib/systemd/system"},
	{CHECK_INPUT_FILE, "usr/share/dnf5/dnf5-plugins/automatic.conf"},
	{CHECK_INPUT_FILE, "var/lib/dpkg/status"},
	{CHECK_INPUT_FILE, "var/lib/snapd/snaps"},
	{CHECK_INPUT_FILE, "var/lib/snapd/state.json"},
};

static int judge(const struct sysroot *root, struct verdict *v)
{
	if (sysroot_exists(root, "run/ostree-booted") || sysroot_exists(root, "usr/lib/bootc")) {
		return auto_updates_judge_image(root, v);
	}
	if (sysroot_exists(root, "var/lib/dpkg/status")) {
		return auto_updates_judge_apt(root, v);
	}
	if (sysroot_exists(root, "usr/bin/dnf") || sysroot_exists(root, "usr/bin/dnf5")) {
		return auto_updates_judge_dnf(root, v);
	}
	if (sysroot_exists(root, "usr/bin/zypper")) {
		return auto_updates_judge_zypper(root, v);
	}
	return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	int r = judge(ctx->root, v);
	bool fine = v->state == POSTURE_PASS || v->state == POSTURE_NA;

	return r == 0 && fine ? auto_updates_judge_snap(ctx, v) : r;
}

const struct check check_patch_auto_updates = {
	.id = "patch.auto-updates",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
