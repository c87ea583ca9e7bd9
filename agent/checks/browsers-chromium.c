/* SPDX-License-Identifier: Apache-2.0 */
#include "browsers.h"

#include <stdio.h>
#include <string.h>

static const struct browser {
	const char *programs[3];
	const char *dirs[2];
	const char *sandboxed[2]; /* as flatpak or snap */
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
		{"var/lib/flatpak/app/com.microsoft.Edge"}},
};

/* Lists of sites that are not asked about: policy_definitions/Miscellaneous of Chromium */
static const char *const lists[] = {
	"AudioCaptureAllowedUrls",
	"ScreenCaptureWithoutGestureAllowedForOrigins",
	"VideoCaptureAllowedUrls",
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

/* From the last name to the first: what is set already stays, as with the browser itself. */
static int directory_merge(const struct sysroot *root, const char *dir,
	struct browsers_found *found, struct json_object **effective)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, dir, &names);

	if (r != 0) {
		if (r == -EACCES || r == -EPERM) {
			found->refused = true;
		} else if (r != FD_E_MISSING) {
			found->damaged = true;
		}
		return r == -ENOMEM ? r : 0;
	}
	found->damaged = found->damaged || names.len > BROWSERS_FILES_MAX;
	for (size_t i = names.len; i > 0 && names.len - i < BROWSERS_FILES_MAX; i--) {
		cleanup(json_put) struct json_object *object = NULL;
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", dir, names.names[i - 1]);
		r = browsers_read(root, path, found, &object);
		if (r < 0) {
			return r;
		}
		for (size_t k = 0; object && k < ARRAY_LEN(lists); k++) {
			struct json_object *list = NULL;

			if (!effective[k] && json_object_object_get_ex(object, lists[k], &list)) {
				effective[k] = json_object_get(list);
			}
		}
	}
	return 0;
}

static int directory_look(const struct sysroot *root, const char *dir, struct browsers_found *found)
{
	struct json_object *effective[ARRAY_LEN(lists)] = {NULL};
	int r = directory_merge(root, dir, found, effective);

	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		if (effective[k]) {
			browsers_judge_list(effective[k], found);
			json_object_put(effective[k]);
		}
	}
	return r;
}

int browsers_look_chromium(const struct sysroot *root, struct browsers_found *found)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(browsers) && r == 0; i++) {
		const struct browser *b = &browsers[i];
		bool sandboxed = any_exists(root, b->sandboxed, ARRAY_LEN(b->sandboxed));

		if (!sandboxed && !any_exists(root, b->programs, ARRAY_LEN(b->programs))) {
			continue; /* what is left of one that is gone does not count */
		}
		found->n_installed++;
		found->sandboxed = found->sandboxed || sandboxed;
		for (size_t d = 0; d < ARRAY_LEN(b->dirs) && b->dirs[d] && r == 0; d++) {
			r = directory_look(root, b->dirs[d], found);
		}
	}
	return r;
}
