/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.camera-mic-gate: no installed browser hands camera, microphone or screen to a site without
 * asking, save to those that the policy names.
 */
#include "browsers.h"

struct found {
	struct json_object *allowed; /* origins that may be allowed, borrowed; NULL for none */
	size_t n_browsers;
	bool firefox; /* counted already: several of it are one browser to a person */
	bool extra;   /* something else is allowed */
	bool damaged;
	bool refused;
	bool sandboxed;
};

/* Lists of sites that are not asked about: policy_definitions/Miscellaneous of Chromium */
static const char *const lists[] = {
	"AudioCaptureAllowedUrls",
	"ScreenCaptureWithoutGestureAllowedForOrigins",
	"VideoCaptureAllowedUrls",
};

static const char *const devices[] = {"Camera", "Microphone", "ScreenShare"};

/* Preferences of Firefox that answer for the person: the value is the one that allows */
static const struct {
	const char *name;
	bool is_number;
	int64_t allows;
} preferences[] = {
	{"media.navigator.permission.disabled", false, 1},
	{"permissions.default.camera", true, 1},
	{"permissions.default.microphone", true, 1},
};

static bool preference_allows(struct json_object *value, bool is_number, int64_t allows)
{
	if (json_object_is_type(value, json_type_object)) {
		value = browsers_member(value, "Value"); /* {"Value", "Status"}; before, bare */
	}
	if (!json_object_is_type(value, is_number ? json_type_int : json_type_boolean)) {
		return false;
	}
	return json_object_get_int64(value) == allows;
}

static void list_take(struct json_object *list, struct found *found)
{
	switch (browsers_judge_list(list, found->allowed)) {
	case BROWSERS_LIST_ALLOWED:
		break;
	case BROWSERS_LIST_EXTRA:
		found->extra = true;
		break;
	case BROWSERS_LIST_DAMAGED:
		found->damaged = true;
		break;
	}
}

static void firefox_take(struct json_object *policies, struct found *found)
{
	struct json_object *permissions = browsers_member(policies, "Permissions");
	struct json_object *prefs = browsers_member(policies, "Preferences");

	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		list_take(
			browsers_member(browsers_member(permissions, devices[i]), "Allow"), found);
	}
	for (size_t i = 0; i < ARRAY_LEN(preferences); i++) {
		if (preference_allows(browsers_member(prefs, preferences[i].name),
			    preferences[i].is_number, preferences[i].allows)) {
			found->extra = true;
		}
	}
}

/* Here a place that this browser may not even read counts: what it allows should not be there. */
static int browser_take(const struct browser_seen *seen, void *data)
{
	struct found *found = data;

	found->n_browsers += seen->kind != BROWSER_FIREFOX || !found->firefox;
	found->firefox = found->firefox || seen->kind == BROWSER_FIREFOX;
	found->damaged = found->damaged || seen->damaged;
	found->refused = found->refused || seen->refused;
	found->sandboxed = found->sandboxed || seen->sandboxed;
	for (size_t p = 0; p < seen->n_policies; p++) {
		if (seen->kind == BROWSER_FIREFOX) {
			firefox_take(seen->policies[p], found);
			continue;
		}
		for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
			list_take(browsers_member(seen->policies[p], lists[i]), found);
		}
	}
	return 0;
}

static int judge(const struct found *found, struct verdict *v)
{
	if (found->n_browsers == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_BROWSER);
	}
	verdict_note(v, "browsers", "%zu", found->n_browsers);
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
	struct found found = {
		.allowed = policy_control_value(
			ctx->policy, "conf.camera-mic-gate", "allowed_origins"),
	};
	int r = browsers_each(ctx->root, browser_take, &found);

	return r < 0 ? r : judge(&found, v);
}

static const struct check_input inputs[] = {BROWSERS_INPUTS};

const struct check check_conf_camera_mic_gate = {
	.id = "conf.camera-mic-gate",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
