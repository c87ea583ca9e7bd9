/* SPDX-License-Identifier: Apache-2.0 */
#include "browsers.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define SYSTEM_POLICY "etc/firefox/policies/policies.json"
#define VERSION_FILE_MAX ((size_t)64 << 10)

/* The directory's distribution/policies.json counts when there is no system-wide one. */
static const struct {
	const char *dir;
	const char *program;
} installs[] = {
	{"opt/firefox", "firefox"},
	{"usr/lib/firefox-esr", "firefox-esr"},
	{"usr/lib/firefox", "firefox"},
	{"usr/lib64/firefox", "firefox"},
};

static const char *const sandboxed[] = {"snap/firefox", "var/lib/flatpak/app/org.mozilla.firefox"};

/* "140.5.0" */
static void version_parse(struct span text, struct browser_seen *seen)
{
	struct span major, minor = {0};
	uint64_t a, b = 0;

	if (!span_next(&text, '.', &major) || span_u64(major, &a) != 0 || a > UINT16_MAX) {
		return;
	}
	if (span_next(&text, '.', &minor) && (span_u64(minor, &b) != 0 || b > UINT16_MAX)) {
		return;
	}
	seen->major = (unsigned)a;
	seen->minor = (unsigned)b;
}

static int version_read(const struct sysroot *root, const char *dir, struct browser_seen *seen)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {0};
	char path[128];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), "%s/application.ini", dir);
	r = sysroot_read(root, path, VERSION_FILE_MAX, &text, &len);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (span_eq(ini.section, "App") && span_eq(ini.key, "Version")) {
			version_parse(ini.value, seen);
		}
	}
	return 0;
}

/* An object that stands there as text, which Firefox reads as well (policies-schema.json) */
static int text_unfold(struct json_object *policies, const char *name)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *value = browsers_member(policies, name);
	int r;

	if (!json_object_is_type(value, json_type_string)) {
		return 0;
	}
	r = json_parse(span_z(json_object_get_string(value)), &object, NULL);
	if (r < 0) {
		return r;
	}
	if (r > 0) {
		json_object_object_del(policies, name); /* refused by Firefox */
		return 0;
	}
	return json_object_object_add(policies, name, TAKE_PTR(object)) < 0 ? -ENOMEM : 0;
}

static int texts_unfold(struct json_object *policies)
{
	static const char *const names[] = {"ExtensionSettings", "Preferences", "WebsiteFilter"};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(names) && r == 0; i++) {
		r = text_unfold(policies, names[i]);
	}
	return r;
}

/* A script of the administrator that is run at the start (support.mozilla.org, AutoConfig) */
static int scripts_look(const struct sysroot *root, const char *dir, struct browser_seen *seen)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[160];
	int r;

	snprintf(path, sizeof(path), "%s/defaults/pref", dir);
	r = sysroot_list(root, path, &names);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && i < BROWSERS_FILES_MAX && !seen->elsewhere; i++) {
		cleanup(free_ptr) char *text = NULL;
		char file[512];
		size_t len = 0;

		snprintf(file, sizeof(file), "%s/%s", path, names.names[i]);
		r = sysroot_read(root, file, VERSION_FILE_MAX, &text, &len);
		if (r == -ENOMEM) {
			return r;
		}
		seen->elsewhere = r == 0 && strstr(text, "general.config.filename");
	}
	return 0;
}

static int file_look(const struct sysroot *root, const char *path, struct browser_seen *seen,
	browsers_fn fn, void *data)
{
	cleanup(json_put) struct json_object *object = NULL;
	int r = browsers_read(root, path, seen, &object);

	if (r < 0) {
		return r;
	}
	seen->policies[0] = browsers_member(object, "policies");
	r = texts_unfold(seen->policies[0]);
	if (r < 0) {
		return r;
	}
	seen->n_policies = 1;
	if (object && !json_object_is_type(seen->policies[0], json_type_object)) {
		seen->policies[0] = NULL;
		seen->damaged = true;
	}
	return fn(seen, data);
}

static int install_look(
	const struct sysroot *root, size_t i, bool system_wide, browsers_fn fn, void *data)
{
	struct browser_seen seen = {.kind = BROWSER_FIREFOX, .installed = true};
	char path[128];
	int r;

	r = version_read(root, installs[i].dir, &seen);
	if (r == 0) {
		r = scripts_look(root, installs[i].dir, &seen);
	}
	if (r < 0) {
		return r;
	}
	snprintf(path, sizeof(path), "%s/distribution/policies.json", installs[i].dir);
	return file_look(root, system_wide ? SYSTEM_POLICY : path, &seen, fn, data);
}

int browsers_each_firefox(const struct sysroot *root, browsers_fn fn, void *data)
{
	bool system_wide = sysroot_exists(root, SYSTEM_POLICY);
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(sandboxed) && r == 0; i++) {
		struct browser_seen seen = {.kind = BROWSER_FIREFOX, .sandboxed = true};

		if (sysroot_exists(root, sandboxed[i])) {
			r = file_look(root, SYSTEM_POLICY, &seen, fn, data);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(installs) && r == 0; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", installs[i].dir, installs[i].program);
		if (sysroot_exists(root, path)) {
			r = install_look(root, i, system_wide, fn, data);
		}
	}
	return r;
}
