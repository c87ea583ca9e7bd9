/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as the messages that have caretaker-hand do it. */
#include "plan.h"

#include "json-build.h"

#include <string.h>

static struct json_build write_edit(const struct enforce_setting *setting)
{
	struct json_build edit = json_build_object();

	json_build_string(&edit, "key", setting->key);
	json_build_share(&edit, "value", setting->value);
	return edit;
}

/* All settings of the tier, not only the drifted: a base that is merged anew loses none. */
static void add_write(const struct enforce_profile *profile, enum enforce_tier tier, size_t file,
	const char *path, struct json_build *array)
{
	struct json_build body = json_build_object(), edits = json_build_array();
	bool asked[ENFORCE_SETTINGS_MAX] = {false};

	enforce_file_settings(profile, file, tier, asked);
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (asked[i]) {
			struct json_build edit = write_edit(&profile->settings[i]);

			json_build_join(&edits, NULL, &edit);
		}
	}
	json_build_int(&body, "format", 1);
	json_build_string(&body, "client", profile->id);
	json_build_int(&body, "file", (int64_t)file);
	json_build_string(&body, "path", path);
	json_build_join(&body, "edits", &edits);
	json_build_join(array, NULL, &body);
}

static int add_writes(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, size_t file, struct json_build *array)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	int r = enforce_place_paths(place, profile->files[file].path, &paths);

	for (size_t i = 0; i < paths.len && r == 0; i++) {
		add_write(profile, tier, file, paths.items[i], array);
	}
	return r;
}

int enforce_plan_writes(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, const struct enforce_plan *plan, struct json_object **ret_array)
{
	cleanup(json_build_drop) struct json_build array = json_build_array();

	for (size_t i = 0; i < profile->n_files; i++) {
		int r = (plan->files >> i) & 1 ? add_writes(place, profile, tier, i, &array) : 0;

		if (r < 0) {
			return r;
		}
	}
	return json_build_finish(&array, ret_array);
}
