/* SPDX-License-Identifier: Apache-2.0 */
#include "redact.h"

#include "expand.h"
#include "place.h"

#include <string.h>

static int hide(struct json_object **value)
{
	struct json_object *hidden;

	if (!*value || json_object_is_type(*value, json_type_boolean) ||
		json_object_is_type(*value, json_type_int)) {
		return 0;
	}
	hidden = json_object_new_string("\xe2\x80\xa6");
	if (!hidden) {
		return -ENOMEM;
	}
	json_object_put(*value);
	*value = hidden;
	return 0;
}

static int replace(char **text, const char *with)
{
	char *copy = strcmp(*text, with) == 0 ? NULL : strdup(with);

	if (copy) {
		free(*text);
		*text = copy;
	}
	return strcmp(*text, with) == 0 ? 0 : -ENOMEM;
}

static const struct enforce_setting *setting_of(
	const struct enforce_profile *profile, const char *key)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (enforce_key_covers(profile->settings[i].key, key)) {
			return &profile->settings[i];
		}
	}
	return NULL;
}

const char *enforce_key_told(const struct enforce_profile *profile, const char *key)
{
	const struct enforce_setting *setting = setting_of(profile, key);

	return setting ? setting->key : key;
}

static int hide_path(struct enforce_change *change, const struct enforce_profile *profile)
{
	for (size_t i = 0; i < profile->n_files; i++) {
		const char *path = profile->files[i].path;

		if (strstr(path, ENFORCE_EACH) && enforce_path_matches(path, change->path)) {
			return replace(&change->path, path);
		}
	}
	return 0;
}

/* Of an undo: then `to` is what the user had */
static bool is_undo(const struct enforce_change *change)
{
	return change->result == ENFORCE_UNDONE || change->error == ENFORCE_ERROR_OTHER_VALUE;
}

static int hide_key(struct enforce_change *change, const struct enforce_profile *profile)
{
	const struct enforce_setting *setting = setting_of(profile, change->key);
	int r;

	if (!setting) {
		/* of another version's profile: only its servers are anybody's */
		return strstr(change->key, "://") ? replace(&change->key, ENFORCE_EACH) : 0;
	}
	r = replace(&change->key, setting->key);
	if (r == 0 && !is_undo(change) && change->to) {
		json_object_put(change->to);
		change->to = json_object_get(setting->value);
	}
	return r;
}

int enforce_changes_hide(struct enforce_changes *changes)
{
	int r = 0;

	for (size_t i = 0; i < changes->len && r == 0; i++) {
		r = hide(&changes->items[i].from);
		if (r == 0 && is_undo(&changes->items[i])) {
			r = hide(&changes->items[i].to);
		}
	}
	return r;
}

int enforce_changes_redact(struct enforce_changes *changes, const struct enforce_profiles *profiles)
{
	int r = enforce_changes_hide(changes);

	for (size_t i = 0; i < changes->len && r == 0; i++) {
		struct enforce_change *change = &changes->items[i];
		const struct enforce_profile *profile =
			enforce_profiles_find(profiles, change->client);

		if (profile) {
			r = hide_path(change, profile);
		}
		if (r == 0 && profile) {
			r = hide_key(change, profile);
		}
	}
	return r;
}
