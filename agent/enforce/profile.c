/* SPDX-License-Identifier: Apache-2.0 */
#include "profile.h"

#include "fd.h"
#include "profile-parts.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX ENFORCE_PROFILE_TEXT_MAX
#define ID_MAX 48

void enforce_profile_free(struct enforce_profile *profile)
{
	if (!profile) {
		return;
	}
	free(profile->files);
	free(profile->settings);
	json_object_put(profile->object);
	free(profile);
}

void enforce_profile_free_p(struct enforce_profile **profile)
{
	enforce_profile_free(*profile);
}

/* "": not one of the words */
struct word {
	const char *name;
	int value;
};

static const struct word tiers[] = {
	{"off", ENFORCE_OFF}, {"base", ENFORCE_BASE}, {"strict", ENFORCE_STRICT}};
static const struct word roles[] = {{"managed-dir", ENFORCE_MANAGED_DIR},
	{"policies", ENFORCE_POLICIES}, {"user-config", ENFORCE_USER_CONFIG},
	{"config", ENFORCE_CONFIG}};

static const struct word holds_words[] = {
	{"sign-in", ENFORCE_HOLDS_SIGN_IN}, {"start", ENFORCE_HOLDS_START}};

static int word_find(const struct word *words, size_t n, const char *name, int *ret_value)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i].name, name) == 0) {
			*ret_value = words[i].value;
			return 0;
		}
	}
	return -EINVAL;
}

int enforce_tier_parse(const char *word, enum enforce_tier *ret_tier)
{
	int value;
	int r = word_find(tiers, ARRAY_LEN(tiers), word, &value);

	if (r == 0) {
		*ret_tier = (enum enforce_tier)value;
	}
	return r;
}

const char *enforce_tier_name(enum enforce_tier tier)
{
	return tiers[tier].name;
}

/* "/a/b" or "~/a/b": no empty, "." or ".." part, so that it can only lead downwards */
static bool path_valid(const char *path, bool home)
{
	struct span rest, part;

	if (path[0] == '~') {
		if (!home) {
			return false;
		}
		path++;
	}
	if (path[0] != '/') {
		return false;
	}
	rest = span_z(path + 1);
	if (rest.len == 0 || rest.p[rest.len - 1] == '/') {
		return false;
	}
	while (span_next(&rest, '/', &part)) {
		if (part.len == 0 || span_eq(part, ".") || span_eq(part, "..")) {
			return false;
		}
	}
	return true;
}

static int decode_paths(struct json_object *array, bool home, const char **paths, size_t *ret_n,
	struct json_error *error)
{
	size_t n = array ? json_object_array_length(array) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(array, i);
		const char *text = json_object_get_string(item);

		if (!json_object_is_type(item, json_type_string) || strlen(text) > TEXT_MAX ||
			!path_valid(text, home)) {
			return enforce_profile_wrong(
				error, "files", "a path is not of the form /a/b or ~/a/b");
		}
		paths[i] = text;
	}
	*ret_n = n;
	return 0;
}

static bool name_valid(const char *name)
{
	return name[0] != '\0' && !strchr(name, '/') && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

/* Below a home, once, and a name of its own */
static bool each_valid(const char *path)
{
	const char *each = strstr(path, ENFORCE_EACH);
	size_t len = strlen(ENFORCE_EACH);

	return !each || (path[0] == '~' && each[-1] == '/' && each[len] == '/' &&
				!strstr(each + len, ENFORCE_EACH));
}

static int decode_running(
	struct json_object *array, struct enforce_file *file, struct json_error *error)
{
	size_t n = array ? json_object_array_length(array) : 0;

	if (n > 0 && file->role != ENFORCE_USER_CONFIG) {
		return enforce_profile_wrong(error, "running", "not for a file of the system");
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(array, i);
		const char *text = json_object_get_string(item);

		if (!json_object_is_type(item, json_type_string) || text[0] == '\0' ||
			strlen(text) > TEXT_MAX) {
			return enforce_profile_wrong(error, "running", "not the name of a program");
		}
		file->running[i] = text;
	}
	file->n_running = n;
	return 0;
}

struct file_wire {
	const char *path, *packaging, *group, *holds, *names, *role, *format;
	struct json_object *detect, *base, *running;
};

static const struct json_field file_fields[] = {
	{"base", JSON_WANT_ARRAY, offsetof(struct file_wire, base), false, ENFORCE_NAMES_MAX},
	{"detect", JSON_WANT_ARRAY, offsetof(struct file_wire, detect), true, ENFORCE_NAMES_MAX},
	{"format", JSON_WANT_STRING, offsetof(struct file_wire, format), true, TEXT_MAX},
	{"group", JSON_WANT_STRING, offsetof(struct file_wire, group), false, TEXT_MAX},
	{"holds", JSON_WANT_STRING, offsetof(struct file_wire, holds), false, TEXT_MAX},
	{"names", JSON_WANT_STRING, offsetof(struct file_wire, names), false, TEXT_MAX},
	{"packaging", JSON_WANT_STRING, offsetof(struct file_wire, packaging), true, TEXT_MAX},
	{"path", JSON_WANT_STRING, offsetof(struct file_wire, path), true, TEXT_MAX},
	{"role", JSON_WANT_STRING, offsetof(struct file_wire, role), true, TEXT_MAX},
	{"running", JSON_WANT_ARRAY, offsetof(struct file_wire, running), false,
		ENFORCE_RUNNING_MAX},
};

static int decode_file(
	struct json_object *object, struct enforce_file *file, struct json_error *error)
{
	struct file_wire wire = {0};
	bool user;
	int role, holds = ENFORCE_HOLDS_NOW;
	int r = json_decode(object, file_fields, ARRAY_LEN(file_fields), &wire, error);

	if (r != 0) {
		return r;
	}
	user = wire.path[0] == '~';
	if (!path_valid(wire.path, user) || !each_valid(wire.path)) {
		return enforce_profile_wrong(error, "path", "not of the form /a/b or ~/a/b");
	}
	if (enforce_format_parse(wire.format, &file->format) < 0) {
		return enforce_profile_wrong(error, "format", "not a known file format");
	}
	if (word_find(roles, ARRAY_LEN(roles), wire.role, &role) < 0 ||
		(role == ENFORCE_USER_CONFIG) != user) {
		return enforce_profile_wrong(error, "role", "not a role of such a path");
	}
	if (wire.names && (!user || !name_valid(wire.names))) {
		return enforce_profile_wrong(
			error, "names", "not the name of a file beside one of a user");
	}
	if (wire.holds && word_find(holds_words, ARRAY_LEN(holds_words), wire.holds, &holds) < 0) {
		return enforce_profile_wrong(error, "holds", "neither sign-in nor start");
	}
	file->holds = (enum enforce_holds)holds;
	file->path = wire.path;
	file->packaging = wire.packaging;
	file->group = wire.group;
	file->names = wire.names;
	file->role = (enum enforce_role)role;
	r = decode_paths(wire.detect, user, file->detect, &file->n_detect, error);
	if (r == 0) {
		r = decode_paths(wire.base, user, file->base, &file->n_base, error);
	}
	if (r == 0) {
		r = decode_running(wire.running, file, error);
	}
	return r;
}

struct profile_wire {
	int64_t format;
	const char *id, *name, *scope;
	struct json_object *assessed, *files, *settings, *complete;
};

static const struct json_field profile_fields[] = {
	{"assessed", JSON_WANT_ARRAY, offsetof(struct profile_wire, assessed), false,
		ENFORCE_NAMES_MAX},
	{"complete", JSON_WANT_OBJECT, offsetof(struct profile_wire, complete), false, 0},
	{"files", JSON_WANT_ARRAY, offsetof(struct profile_wire, files), true, ENFORCE_FILES_MAX},
	{"format", JSON_WANT_INT, offsetof(struct profile_wire, format), true,
		ENFORCE_PROFILE_FORMAT},
	{"id", JSON_WANT_STRING, offsetof(struct profile_wire, id), true, ID_MAX},
	{"name", JSON_WANT_STRING, offsetof(struct profile_wire, name), true, TEXT_MAX},
	/* of profiles in a policy of an older version; the paths say it */
	{"scope", JSON_WANT_STRING, offsetof(struct profile_wire, scope), false, TEXT_MAX},
	{"settings", JSON_WANT_ARRAY, offsetof(struct profile_wire, settings), true,
		ENFORCE_SETTINGS_MAX},
};

static bool id_valid(const char *id)
{
	return id[0] != '\0' && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}

bool enforce_file_takes(const struct enforce_file *file, const struct enforce_setting *setting)
{
	return file->group == setting->group ||
	       (file->group && setting->group && strcmp(file->group, setting->group) == 0);
}

bool enforce_profile_has(const struct enforce_profile *profile, enum enforce_scope scope)
{
	for (size_t i = 0; i < profile->n_files; i++) {
		if (enforce_file_scope(&profile->files[i]) == scope) {
			return true;
		}
	}
	return scope == ENFORCE_SYSTEM && profile->n_assessed > 0;
}

/* The i-th setting goes somewhere, and is the only one of its key. */
static int check_setting(const struct enforce_profile *profile, size_t i, struct json_error *error)
{
	const struct enforce_setting *setting = &profile->settings[i];
	bool taken = false;

	for (size_t j = 0; j < i; j++) {
		if (strcmp(setting->key, profile->settings[j].key) == 0) {
			return enforce_profile_wrong(error, "settings", "a key stands twice");
		}
	}
	for (size_t j = 0; j < profile->n_files; j++) {
		taken = taken || enforce_file_takes(&profile->files[j], setting);
	}
	return taken ? 0 : enforce_profile_wrong(error, "group", "no file is of this group");
}

static int decode_lists(
	const struct profile_wire *wire, struct enforce_profile *profile, struct json_error *error)
{
	int r = 0;

	profile->n_files = json_object_array_length(wire->files);
	profile->files = calloc(profile->n_files + 1, sizeof(*profile->files));
	if (!profile->files) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < profile->n_files && r == 0; i++) {
		r = decode_file(
			json_object_array_get_idx(wire->files, i), &profile->files[i], error);
	}
	if (r != 0) {
		return r;
	}
	profile->n_settings = json_object_array_length(wire->settings);
	profile->settings = calloc(profile->n_settings + 1, sizeof(*profile->settings));
	if (!profile->settings) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		r = enforce_setting_decode(
			json_object_array_get_idx(wire->settings, i), &profile->settings[i], error);
		if (r == 0) {
			r = check_setting(profile, i, error);
		}
	}
	return r;
}

int enforce_profile_decode(
	struct json_object *object, struct enforce_profile **ret_profile, struct json_error *error)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	struct profile_wire wire = {0};
	int r = json_decode(object, profile_fields, ARRAY_LEN(profile_fields), &wire, error);

	if (r != 0) {
		return r;
	}
	if (wire.format != ENFORCE_PROFILE_FORMAT || !id_valid(wire.id)) {
		return enforce_profile_wrong(error,
			wire.format == ENFORCE_PROFILE_FORMAT ? "id" : "format",
			"not one that is known");
	}
	profile = calloc(1, sizeof(*profile));
	if (!profile) {
		return -ENOMEM;
	}
	profile->object = json_object_get(object);
	profile->id = wire.id;
	profile->name = wire.name;
	profile->complete = wire.complete;
	r = decode_paths(wire.assessed, false, profile->assessed, &profile->n_assessed, error);
	if (r == 0) {
		r = decode_lists(&wire, profile, error);
	}
	if (r == 0) {
		*ret_profile = TAKE_PTR(profile);
	}
	return r;
}

int enforce_profile_parse(
	struct span text, struct enforce_profile **ret_profile, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	int r;

	if (text.len > ENFORCE_PROFILE_MAX) {
		return enforce_profile_wrong(error, "profile", "longer than a profile can be");
	}
	r = json_parse(text, &object, error);
	return r != 0 ? r : enforce_profile_decode(object, ret_profile, error);
}
