/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.browser: every installed browser is at least as new as the policy asks. Versions come from
 * dpkg, rpm, pacman and a snap's own file; of a flatpak or one unpacked by hand they are not read.
 */
#include "apps.h"

#define ID "patch.browser"

static const struct app browsers[] = {
	{"brave-browser", {"snap/brave", "var/lib/flatpak/app/com.brave.Browser"}},
	{"chromium", {"snap/chromium", "var/lib/flatpak/app/org.chromium.Chromium"}},
	{"chromium-browser", {NULL}},
	{"firefox",
		{"opt/firefox/firefox", "snap/firefox", "var/lib/flatpak/app/org.mozilla.firefox"}},
	{"firefox-esr", {NULL}},
	{"google-chrome-stable", {"var/lib/flatpak/app/com.google.Chrome"}},
	{"microsoft-edge-stable", {"var/lib/flatpak/app/com.microsoft.Edge"}},
};

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "opt/firefox/firefox"},
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "usr/lib/sysimage/rpm"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_FILE, "var/lib/rpm"},
	{CHECK_INPUT_FILE, "var/lib/pacman/local"},
};

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[ARRAY_LEN(browsers)];
	struct apps_versions versions;
	int r = apps_look(ctx, browsers, ARRAY_LEN(browsers), seen);

	if (r != 0) {
		return apps_explain(r, v);
	}
	apps_judge_versions(ctx->policy, ID, browsers, ARRAY_LEN(browsers), seen, &versions);
	if (apps_versions_decide(&versions, POSTURE_NO_BROWSER, "browsers", v)) {
		return 0;
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_MINIMUM_MET);
}

const struct check check_patch_browser = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
