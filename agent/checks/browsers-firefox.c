/* SPDX-License-Identifier: Apache-2.0 */
#include "browsers.h"

#include <string.h>

#define SYSTEM_POLICY "etc/firefox/policies/policies.json"

static const struct {
	const char *program;
	const char *policy; /* of the installation: counts when there is no other */
} installs[] = {
	{"opt/firefox/firefox", "opt/firefox/distribution/policies.json"},
	{"usr/lib/firefox-esr/firefox-esr", "usr/lib/firefox-esr/distribution/policies.json"},
	{"usr/lib/firefox/firefox", "usr/lib/firefox/distribution/policies.json"},
	{"usr/lib64/firefox/firefox", "usr/lib64/firefox/distribution/policies.json"},
};

static const char *const sandboxed[] = {"snap/firefox", "var/lib/flatpak/app/org.mozilla.firefox"};

/* Preferences that answer for the person: the value is the one that allows */
static const struct {
	const char *name;
	bool is_number;
	int64_t allows;
} preferences[] = {
	{"media.navigator.permission.disabled", false, 1},
	{"permissions.default.camera", true, 1},
	{"permissions.default.microphone", true, 1},
};

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object)) {
		json_object_object_get_ex(object, name, &value);
	}
	return value;
}

static bool preference_allows(struct json_object *value, bool is_number, int64_t allows)
{
	if (json_object_is_type(value, json_type_object)) {
		value = member(value, "Value"); /* {"Value", "Status"}; the older form is bare */
	}
	if (!json_object_is_type(value, is_number ? json_type_int : json_type_boolean)) {
		return false;
	}
	return json_object_get_int64(value) == allows;
}

static void policy_judge(struct json_object *file, struct browsers_found *found)
{
	static const char *const devices[] = {"Camera", "Microphone", "ScreenShare"};
	struct json_object *policies = member(file, "policies");
	struct json_object *permissions = member(policies, "Permissions");
	struct json_object *prefs = member(policies, "Preferences");

	if (!json_object_is_type(policies, json_type_object)) {
		found->damaged = true;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		struct json_object *allow = member(member(permissions, devices[i]), "Allow");

		if (allow) {
			browsers_judge_list(allow, found);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(preferences); i++) {
		if (preference_allows(member(prefs, preferences[i].name), preferences[i].is_number,
			    preferences[i].allows)) {
			found->extra = true;
		}
	}
}

static int file_look(const struct sysroot *root, const char *path, struct browsers_found *found)
{
	cleanup(json_put) struct json_object *object = NULL;
	int r = browsers_read(root, path, found, &object);

	if (object) {
		policy_judge(object, found);
	}
	return r;
}

int browsers_look_firefox(const struct sysroot *root, struct browsers_found *found)
{
	bool system_wide = sysroot_exists(root, SYSTEM_POLICY), any = false;
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(sandboxed); i++) {
		if (sysroot_exists(root, sandboxed[i])) {
			found->sandboxed = any = true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(installs) && r == 0; i++) {
		if (!sysroot_exists(root, installs[i].program)) {
			continue;
		}
		any = true;
		if (!system_wide) {
			r = file_look(root, installs[i].policy, found);
		}
	}
	found->n_installed += any;
	if (any && system_wide && r == 0) {
		r = file_look(root, SYSTEM_POLICY, found);
	}
	return r;
}
