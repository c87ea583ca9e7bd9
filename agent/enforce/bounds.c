/* SPDX-License-Identifier: Apache-2.0 */
#include "bounds.h"

#include "accept.h"

#include <string.h>

#define TEXT_MAX 512
#define HAND_FORMAT 1

struct write_wire {
	int64_t format, file;
	const char *client, *path;
	struct json_object *edits;
};

static const struct json_field write_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct write_wire, client), true, TEXT_MAX},
	{"edits", JSON_WANT_ARRAY, offsetof(struct write_wire, edits), true, ENFORCE_SETTINGS_MAX},
	{"file", JSON_WANT_INT, offsetof(struct write_wire, file), true, ENFORCE_FILES_MAX},
	{"format", JSON_WANT_INT, offsetof(struct write_wire, format), true, HAND_FORMAT},
	{"path", JSON_WANT_STRING, offsetof(struct write_wire, path), true, TEXT_MAX},
};

struct edit_wire {
	const char *key;
	struct json_object *value;
};

static const struct json_field edit_fields[] = {
	{"key", JSON_WANT_STRING, offsetof(struct edit_wire, key), true, TEXT_MAX},
	{"value", JSON_WANT_ANY, offsetof(struct edit_wire, value), true, 0},
};

int bounds_profile(const char *id, struct enforce_profile **ret_profile)
{
	for (size_t i = 0; i < bounds_rows_len; i++) {
		if (strcmp(bounds_rows[i].id, id) == 0) {
			int r = enforce_profile_parse(
				span_z(bounds_rows[i].json), ret_profile, NULL);

			return r > 0 ? -EINVAL : r;
		}
	}
	return BOUNDS_E_CLIENT;
}

static int add_user_profile(const char *id, struct json_object *array)
{
	for (size_t i = 0; i < bounds_user_rows_len; i++) {
		struct json_object *object = NULL;
		int r;

		if (strcmp(bounds_user_rows[i].id, id) != 0) {
			continue;
		}
		r = json_parse(span_z(bounds_user_rows[i].json), &object, NULL);
		if (r == 0) {
			r = json_slim(&object); /* a worker keeps them for as long as it lives */
		}
		if (r == 0 && json_object_array_add(array, object) < 0) {
			r = -ENOMEM;
		}
		if (r != 0) {
			json_object_put(object);
		}
		return r > 0 ? -EINVAL : r;
	}
	return 0;
}

int bounds_user_profiles(struct json_object *list, struct enforce_profiles *ret_profiles)
{
	cleanup(json_put) struct json_object *array = json_object_new_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < json_object_array_length(list); i++) {
		struct json_object *id = NULL;

		if (json_object_object_get_ex(json_object_array_get_idx(list, i), "id", &id) &&
			json_object_is_type(id, json_type_string)) {
			r = add_user_profile(json_object_get_string(id), array);
		}
	}
	return r == 0 ? enforce_profiles_decode(array, ret_profiles, NULL) : r;
}

/* Its own value, or a number that its range names: as strict, and then the one that is written */
static bool admit_value(const struct enforce_profile *profile, struct enforce_setting *setting,
	size_t file, struct json_object *value)
{
	const struct enforce_value asked = {.present = true, .object = value};

	if (json_equal(setting->value, value)) {
		return true;
	}
	if (!setting->ranged || !enforce_accepts(setting, profile->files[file].format, &asked)) {
		return false;
	}
	setting->value = value; /* of the message, which outlives what is done for it */
	return true;
}

/* One edit is a setting of that file, with its value, whatever its tier. */
static int admit_edit(struct enforce_profile *profile, struct json_object *object,
	struct enforce_selection *selection)
{
	struct edit_wire wire = {0};
	int r = json_decode(object, edit_fields, ARRAY_LEN(edit_fields), &wire, NULL);

	if (r != 0) {
		return r < 0 ? r : BOUNDS_E_SHAPE;
	}
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (strcmp(profile->settings[i].key, wire.key) != 0 ||
			!enforce_file_takes(
				&profile->files[selection->file], &profile->settings[i])) {
			continue;
		}
		if (selection->settings[i]) {
			return BOUNDS_E_SHAPE;
		}
		if (!admit_value(profile, &profile->settings[i], selection->file, wire.value)) {
			return BOUNDS_E_VALUE;
		}
		selection->settings[i] = true;
		return 0;
	}
	return BOUNDS_E_KEY;
}

static int admit_path(const struct enforce_place *place, const struct enforce_profile *profile,
	const struct write_wire *wire, struct enforce_selection *selection)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	int r;

	if ((size_t)wire->file >= profile->n_files ||
		!enforce_place_edits(place, &profile->files[wire->file])) {
		return BOUNDS_E_FILE;
	}
	r = enforce_place_paths(place, profile->files[wire->file].path, &paths);
	if (r != 0) {
		return r;
	}
	/* a file of the system stands for one path at most */
	if (paths.len != 1 || strcmp(paths.items[0], wire->path) != 0) {
		return BOUNDS_E_FILE;
	}
	selection->file = (size_t)wire->file;
	selection->path = wire->path;
	return 0;
}

int bounds_admit(const struct enforce_place *place, struct json_object *body,
	struct enforce_profile **ret_profile, struct enforce_selection *ret_selection)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	struct enforce_selection selection = {0};
	struct write_wire wire = {0};
	int r = json_decode(body, write_fields, ARRAY_LEN(write_fields), &wire, NULL);

	if (r != 0) {
		return r < 0 ? r : BOUNDS_E_SHAPE;
	}
	if (wire.format != HAND_FORMAT || json_object_array_length(wire.edits) == 0) {
		return BOUNDS_E_SHAPE;
	}
	r = bounds_profile(wire.client, &profile);
	if (r == 0) {
		r = admit_path(place, profile, &wire, &selection);
	}
	for (size_t i = 0; i < json_object_array_length(wire.edits) && r == 0; i++) {
		r = admit_edit(profile, json_object_array_get_idx(wire.edits, i), &selection);
	}
	if (r == 0) {
		*ret_profile = TAKE_PTR(profile);
		*ret_selection = selection;
	}
	return r;
}
