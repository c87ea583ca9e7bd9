/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as the messages that have caretaker-hand do it. */
#include "plan.h"

#include <string.h>

/* Takes value, also when it fails. */
static int add(struct json_object *object, const char *name, struct json_object *value)
{
	if (!value || json_object_object_add(object, name, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int add_edit(struct json_object *edits, const struct enforce_setting *setting)
{
	struct json_object *edit = json_object_new_object();

	if (!edit || json_object_array_add(edits, edit) < 0) {
		json_object_put(edit);
		return -ENOMEM;
	}
	if (add(edit, "key", json_object_new_string(setting->key)) < 0 ||
		json_object_object_add(edit, "value", json_object_get(setting->value)) < 0) {
		return -ENOMEM;
	}
	return 0;
}

/* All settings of the tier, not only the drifted: a base that is merged anew loses none. */
static int add_write(const struct enforce_profile *profile, enum enforce_tier tier, size_t file,
	const char *path, struct json_object *array)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	cleanup(json_put) struct json_object *edits = json_object_new_array();
	bool asked[ENFORCE_SETTINGS_MAX] = {false};
	int r = 0;

	if (!body || !edits) {
		return -ENOMEM;
	}
	enforce_file_settings(profile, file, tier, asked);
	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		r = asked[i] ? add_edit(edits, &profile->settings[i]) : 0;
	}
	if (r < 0 || add(body, "format", json_object_new_int(1)) < 0 ||
		add(body, "client", json_object_new_string(profile->id)) < 0 ||
		add(body, "file", json_object_new_int64((int64_t)file)) < 0 ||
		add(body, "path", json_object_new_string(path)) < 0 ||
		add(body, "edits", json_object_get(edits)) < 0 ||
		json_object_array_add(array, body) < 0) {
		return -ENOMEM;
	}
	body = NULL;
	return 0;
}

static int add_writes(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, size_t file, struct json_object *array)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	int r = enforce_place_paths(place, profile->files[file].path, &paths);

	for (size_t i = 0; i < paths.len && r == 0; i++) {
		r = add_write(profile, tier, file, paths.items[i], array);
	}
	return r;
}

int enforce_plan_writes(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, const struct enforce_plan *plan, struct json_object **ret_array)
{
	cleanup(json_put) struct json_object *array = json_object_new_array();

	if (!array) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < profile->n_files; i++) {
		int r = (plan->files >> i) & 1 ? add_writes(place, profile, tier, i, array) : 0;

		if (r < 0) {
			return r;
		}
	}
	*ret_array = TAKE_PTR(array);
	return 0;
}
