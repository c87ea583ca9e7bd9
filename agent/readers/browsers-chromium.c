/* SPDX-License-Identifier: Apache-2.0 */
#include "browsers.h"

#include <stdio.h>
#include <string.h>

static const struct browser {
	const char *programs[3];
	const char *dirs[BROWSERS_DIRS_MAX];
	const char *sandboxed[2]; /* as flatpak or snap */
	bool edge;
} browsers[] = {
	{{"opt/brave.com/brave/brave", "usr/bin/brave-browser", "usr/bin/brave-browser-stable"},
		{"etc/brave/policies/managed"},
		{"snap/brave", "var/lib/flatpak/app/com.brave.Browser"}},
	{{"usr/bin/chromium", "usr/bin/chromium-browser"},
		{"etc/chromium/policies/managed", "etc/chromium-browser/policies/managed"},
		{"snap/chromium", "var/lib/flatpak/app/org.chromium.Chromium"}},
	{{"opt/google/chrome/chrome"}, {"etc/opt/chrome/policies/managed"},
		{"var/lib/flatpak/app/com.google.Chrome"}},
	{{"opt/microsoft/msedge/msedge"}, {"etc/opt/edge/policies/managed"},
		{"var/lib/flatpak/app/com.microsoft.Edge"}, true},
};

static bool any_exists(const struct sysroot *root, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (paths[i] && sysroot_exists(root, paths[i])) {
			return true;
		}
	}
	return false;
}

/* What is set already stays. */
static int object_merge(struct json_object *from, struct json_object *into)
{
	json_object_object_foreach(from, key, value)
	{
		if (!json_object_object_get_ex(into, key, NULL) &&
			json_object_object_add(into, key, json_object_get(value)) != 0) {
			json_object_put(value);
			return -ENOMEM;
		}
	}
	return 0;
}

static int directory_list(const struct sysroot *root, const char *dir, struct browser_seen *seen,
	struct sysroot_names *names)
{
	int r = sysroot_list(root, dir, names);

	if (r == -EACCES || r == -EPERM) {
		seen->refused = true;
	} else if (r != 0 && r != FD_E_MISSING) {
		seen->damaged = true;
	}
	seen->damaged = seen->damaged || names->len > BROWSERS_FILES_MAX;
	return r == -ENOMEM ? r : 0;
}

/* From the last name to the first, as the last one wins. */
static int directory_merge(const struct sysroot *root, const char *dir, struct browser_seen *seen,
	struct json_object **ret_merged)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	cleanup(json_put) struct json_object *merged = json_object_new_object();
	int r = merged ? directory_list(root, dir, seen, &names) : -ENOMEM;

	for (size_t i = names.len; r == 0 && i > 0 && names.len - i < BROWSERS_FILES_MAX; i--) {
		cleanup(json_put) struct json_object *object = NULL;
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", dir, names.names[i - 1]);
		r = browsers_read(root, path, seen, &object);
		if (r == 0 && object) {
			r = object_merge(object, merged);
		}
	}
	if (r == 0) {
		*ret_merged = TAKE_PTR(merged);
	}
	return r;
}

/* A token that joins it to its maker's console: chrome/browser/policy,
 * browser_dm_token_storage_linux */
static bool enrolled(const struct sysroot *root, const char *managed)
{
	char path[128];

	snprintf(path, sizeof(path), "%.*s/enrollment/CloudManagementEnrollmentToken",
		(int)(strrchr(managed, '/') - managed), managed);
	return sysroot_exists(root, path);
}

static int browser_look(
	const struct sysroot *root, const struct browser *b, browsers_fn fn, void *data)
{
	struct browser_seen seen = {
		.kind = BROWSER_CHROMIUM,
		.installed = any_exists(root, b->programs, ARRAY_LEN(b->programs)),
		.sandboxed = any_exists(root, b->sandboxed, ARRAY_LEN(b->sandboxed)),
		.edge = b->edge,
	};
	int r = 0;

	if (!seen.installed && !seen.sandboxed) {
		return 0; /* what is left of one that is gone does not count */
	}
	for (size_t d = 0; d < ARRAY_LEN(b->dirs) && b->dirs[d] && r == 0; d++) {
		r = directory_merge(root, b->dirs[d], &seen, &seen.policies[d]);
		seen.n_policies = d + 1;
		seen.elsewhere = seen.elsewhere || enrolled(root, b->dirs[d]);
	}
	/* The program of this name reads the first place; its other names were built for either. */
	seen.either = seen.n_policies > 1 && !sysroot_exists(root, b->programs[0]);
	r = r == 0 ? fn(&seen, data) : r;
	for (size_t d = 0; d < seen.n_policies; d++) {
		json_object_put(seen.policies[d]);
	}
	return r;
}

int browsers_each_chromium(const struct sysroot *root, browsers_fn fn, void *data)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(browsers) && r == 0; i++) {
		r = browser_look(root, &browsers[i], fn, data);
	}
	return r;
}
