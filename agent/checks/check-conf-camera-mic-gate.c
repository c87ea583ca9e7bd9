/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.camera-mic-gate: no installed browser hands camera, microphone or screen to a site without
 * asking, save to those that the policy names.
 *
 * Chromium and its kin read every file below policies/managed, whatever its name, the last one in
 * the order of names winning key by key (components/policy, ConfigDirPolicyLoader). Firefox reads
 * one file: /etc/firefox/policies/policies.json, else the one of its installation.
 */
#include "browsers.h"

static int judge(const struct browsers_found *found, struct verdict *v)
{
	if (found->n_installed == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_BROWSER);
	}
	verdict_note(v, "browsers", "%zu", found->n_installed);
	if (found->extra) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_EXTRA_ORIGIN);
	}
	if (found->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (found->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (found->sandboxed) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_GATE_IN_PLACE);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct browsers_found found = {
		.allowed = policy_control_value(
			ctx->policy, "conf.camera-mic-gate", "allowed_origins"),
	};
	int r = browsers_look_chromium(ctx->root, &found);

	if (r == 0) {
		r = browsers_look_firefox(ctx->root, &found);
	}
	return r < 0 ? r : judge(&found, v);
}

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/brave/policies/managed"},
	{CHECK_INPUT_FILE, "etc/chromium-browser/policies/managed"},
	{CHECK_INPUT_FILE, "etc/chromium/policies/managed"},
	{CHECK_INPUT_FILE, "etc/firefox/policies/policies.json"},
	{CHECK_INPUT_FILE, "etc/opt/chrome/policies/managed"},
	{CHECK_INPUT_FILE, "etc/opt/edge/policies/managed"},
	{CHECK_INPUT_FILE, "opt/brave.com/brave/brave"},
	{CHECK_INPUT_FILE, "opt/firefox/distribution/policies.json"},
	{CHECK_INPUT_FILE, "opt/firefox/firefox"},
	{CHECK_INPUT_FILE, "opt/google/chrome/chrome"},
	{CHECK_INPUT_FILE, "opt/microsoft/msedge/msedge"},
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "usr/bin/chromium"},
	{CHECK_INPUT_FILE, "usr/bin/chromium-browser"},
	{CHECK_INPUT_FILE, "usr/bin/firefox"},
	{CHECK_INPUT_FILE, "usr/lib/firefox-esr/distribution/policies.json"},
	{CHECK_INPUT_FILE, "usr/lib/firefox-esr/firefox-esr"},
	{CHECK_INPUT_FILE, "usr/lib/firefox/distribution/policies.json"},
	{CHECK_INPUT_FILE, "usr/lib/firefox/firefox"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
};

const struct check check_conf_camera_mic_gate = {
	.id = "conf.camera-mic-gate",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
