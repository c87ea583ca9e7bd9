/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.location-off: neither the system nor a managed browser tells sites and programs where the
 * device is. The system's part is GeoClue: not installed, or masked, is off. Otherwise each
 * person's desktop decides; GNOME has a switch for it. No position is ever asked for.
 */
#include "browser-gate.h"
#include "people.h"
#include "unit-state.h"

static const char *const services[] = {"usr/libexec/geoclue", "usr/lib/geoclue",
	"usr/lib/geoclue-2.0/geoclue", "usr/lib/x86_64-linux-gnu/geoclue-2.0/geoclue",
	"usr/share/dbus-1/system-services/org.freedesktop.GeoClue2.service"};

static const char *const sessions[] = {"usr/share/wayland-sessions", "usr/share/xsessions",
	"usr/local/share/wayland-sessions", "usr/local/share/xsessions"};

static const struct check_input inputs[] = {
	BROWSERS_INPUTS,
	{CHECK_INPUT_FILE, "etc/systemd/system/geoclue.service"},
	{CHECK_INPUT_FILE, "run/systemd/system/geoclue.service"},
	{CHECK_INPUT_FILE, "usr/lib/geoclue"},
	{CHECK_INPUT_FILE, "usr/lib/geoclue-2.0/geoclue"},
	{CHECK_INPUT_FILE, "usr/lib/systemd/system/geoclue.service"},
	{CHECK_INPUT_FILE, "usr/lib/x86_64-linux-gnu/geoclue-2.0/geoclue"},
	{CHECK_INPUT_FILE, "usr/libexec/geoclue"},
	{CHECK_INPUT_FILE, "usr/local/share/wayland-sessions"},
	{CHECK_INPUT_FILE, "usr/local/share/xsessions"},
	{CHECK_INPUT_FILE, "usr/share/dbus-1/system-services/org.freedesktop.GeoClue2.service"},
	{CHECK_INPUT_FILE, "usr/share/wayland-sessions"},
	{CHECK_INPUT_FILE, "usr/share/xsessions"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_DESKTOP},
};

static bool any_exists(const struct sysroot *root, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sysroot_exists(root, paths[i])) {
			return true;
		}
	}
	return false;
}

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM | BROWSERS_EDGE, 1, "DefaultGeolocationSetting", BROWSER_NUMBER, 2, 2,
		NULL},
	{BROWSERS_FIREFOX, 1, "Permissions/Location/BlockNewRequests", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "Permissions/Location/Locked", BROWSER_TRUE, 0, 0, NULL},
};

static int person_judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t off = facts->values[PERSONAL_LOCATION_OFF];

	(void)ctx;
	(void)data;
	if (off == 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_LOCATION_ON);
	}
	return off == 1 ? verdict_set(v, POSTURE_PASS, POSTURE_LOCATION_OFF)
			: verdict_set(v, POSTURE_UNKNOWN, POSTURE_PER_PERSON);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.rules = rules,
		.n_rules = ARRAY_LEN(rules),
		.kept = POSTURE_LOCATION_OFF,
		.open = POSTURE_LOCATION_ON,
	};
	enum unit_enablement service;
	int r;

	if (!any_exists(ctx->root, sessions, ARRAY_LEN(sessions))) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_DESKTOP);
	}
	r = browser_gate_run(&gate, ctx, v);
	if (r == 0) {
		r = unit_look_enablement(ctx->root, "geoclue.service", &service);
	}
	if (r < 0 || (v->state != POSTURE_PASS && v->state != POSTURE_NA)) {
		return r;
	}
	if (any_exists(ctx->root, services, ARRAY_LEN(services)) && service != UNIT_MASKED) {
		*v = (struct verdict){.state = POSTURE_UNKNOWN};
		return people_judge(ctx, person_judge, NULL, v);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_LOCATION_OFF);
}

const struct check check_conf_location_off = {
	.id = "conf.location-off",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
