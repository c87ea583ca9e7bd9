/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.conferencing-client: every installed meeting program is at least as new as the policy asks,
 * and an archive that apt knows brings it new versions: one that was installed from a file alone
 * stays as it is.
 */
#include "apps.h"
#include "apt-index.h"

#define ID "patch.conferencing-client"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "usr/lib/sysimage/rpm"},
	{CHECK_INPUT_FILE, "var/lib/apt/lists"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_FILE, "var/lib/rpm"},
	{CHECK_INPUT_FILE, "var/lib/pacman/local"},
};

/* What is new enough today passes only if it stays so. */
static int channel_judge(const struct check_ctx *ctx, struct app_seen *seen, struct verdict *v)
{
	int r = apps_look_listed(ctx, apps_clients, apps_clients_len, seen);

	if (r != 0) {
		return apps_explain(r, v);
	}
	for (size_t i = 0; i < apps_clients_len; i++) {
		if (seen[i].packaged && !seen[i].listed) {
			return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NO_UPDATE_CHANNEL);
		}
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_MINIMUM_MET);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[APPS_MAX];
	struct apps_versions versions;
	int r = apps_look(ctx, apps_clients, apps_clients_len, seen);

	if (r != 0) {
		return apps_explain(r, v);
	}
	apps_judge_versions(ctx->policy, ID, apps_clients, apps_clients_len, seen, &versions);
	if (apps_versions_decide(&versions, POSTURE_NO_CLIENT, "clients", v)) {
		return 0;
	}
	return channel_judge(ctx, seen, v);
}

const struct check check_patch_conferencing_client = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
