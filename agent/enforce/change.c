/* SPDX-License-Identifier: Apache-2.0 */
#include "change.h"

#include <string.h>

#define CHANGE_TEXT_MAX 512

static const char *const result_names[ENFORCE_RESULT_COUNT] = {
	[ENFORCE_PLANNED] = "planned",
	[ENFORCE_APPLIED] = "applied",
	[ENFORCE_UNDONE] = "undone",
	[ENFORCE_CONFLICT] = "conflict",
	[ENFORCE_REFUSED] = "refused",
	[ENFORCE_FAILED] = "failed",
};

static const char *const error_codes[ENFORCE_ERROR_COUNT] = {
#define X(name, code) [ENFORCE_ERROR_##name] = code,
	ENFORCE_ERRORS(X)
#undef X
};

const char *enforce_result_name(enum enforce_result result)
{
	return result_names[result];
}

const char *enforce_error_code(enum enforce_error error)
{
	return error_codes[error];
}

enum enforce_result enforce_error_result(int error)
{
	static const enum enforce_error failed[] = {ENFORCE_ERROR_CHANGED_MEANWHILE,
		ENFORCE_ERROR_JOURNAL, ENFORCE_ERROR_NO_SPACE, ENFORCE_ERROR_READ_ONLY,
		ENFORCE_ERROR_SNAPD, ENFORCE_ERROR_SYSTEM, ENFORCE_ERROR_TOOL_FAILED};

	for (size_t i = 0; i < ARRAY_LEN(failed); i++) {
		if ((int)failed[i] == error) {
			return ENFORCE_FAILED;
		}
	}
	return error == ENFORCE_ERROR_OTHER_FILE ? ENFORCE_CONFLICT : ENFORCE_REFUSED;
}

void enforce_change_finish(struct enforce_change *change)
{
	free(change->client);
	free(change->path);
	free(change->key);
	free(change->why);
	json_object_put(change->from);
	json_object_put(change->to);
	*change = (struct enforce_change){0};
}

void enforce_changes_finish(struct enforce_changes *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		enforce_change_finish(&changes->items[i]);
	}
	vec_free(changes);
}

int enforce_changes_add(struct enforce_changes *changes, const char *client, const char *path,
	const char *key, struct json_object *from, struct json_object *to, const char *why,
	enum enforce_result result, enum enforce_error error)
{
	cleanup(enforce_change_finish) struct enforce_change change = {
		.client = strdup(client),
		.path = strdup(path),
		.key = strdup(key),
		.from = json_object_get(from),
		.to = json_object_get(to),
		.why = strdup(why),
		.result = result,
		.error = error,
	};
	int r;

	if (!change.client || !change.path || !change.key || !change.why) {
		return -ENOMEM;
	}
	r = vec_push(changes, change, ENFORCE_CHANGES_MAX);
	if (r == 0) {
		change = (struct enforce_change){0};
	}
	return r;
}

/* Takes value, also when it fails. */
static int object_add(struct json_object *object, const char *name, struct json_object *value)
{
	if (json_object_object_add(object, name, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int object_add_text(struct json_object *object, const char *name, const char *text)
{
	struct json_object *value = NULL;

	if (text) {
		value = json_object_new_string(text);
		if (!value) {
			return -ENOMEM;
		}
	}
	return object_add(object, name, value);
}

int enforce_change_to_json(const struct enforce_change *change, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = json_object_new_object();
	const struct {
		const char *name;
		const char *text;
	} texts[] = {
		{"client", change->client},
		{"path", change->path},
		{"key", change->key},
		{"why", change->why},
		{"result", enforce_result_name(change->result)},
		{"error", enforce_error_code(change->error)},
	};
	int r;

	if (!object) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		r = object_add_text(object, texts[i].name, texts[i].text);
		if (r < 0) {
			return r;
		}
	}
	r = object_add(object, "from", json_object_get(change->from));
	if (r == 0) {
		r = object_add(object, "to", json_object_get(change->to));
	}
	if (r == 0) {
		*ret_object = TAKE_PTR(object);
	}
	return r;
}

int enforce_changes_to_json(const struct enforce_changes *changes, struct json_object **ret_array)
{
	cleanup(json_put) struct json_object *array = json_object_new_array();

	if (!array) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < changes->len; i++) {
		cleanup(json_put) struct json_object *object = NULL;
		int r = enforce_change_to_json(&changes->items[i], &object);

		if (r < 0) {
			return r;
		}
		if (json_object_array_add(array, object) < 0) {
			return -ENOMEM;
		}
		object = NULL;
	}
	*ret_array = TAKE_PTR(array);
	return 0;
}

struct change_wire {
	const char *client, *path, *key, *why, *result;
	struct json_object *from, *to, *error;
};

static const struct json_field change_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct change_wire, client), true, CHANGE_TEXT_MAX},
	{"error", JSON_WANT_ANY, offsetof(struct change_wire, error), true, 0},
	{"from", JSON_WANT_ANY, offsetof(struct change_wire, from), true, 0},
	{"key", JSON_WANT_STRING, offsetof(struct change_wire, key), true, CHANGE_TEXT_MAX},
	{"path", JSON_WANT_STRING, offsetof(struct change_wire, path), true, CHANGE_TEXT_MAX},
	{"result", JSON_WANT_STRING, offsetof(struct change_wire, result), true, CHANGE_TEXT_MAX},
	{"to", JSON_WANT_ANY, offsetof(struct change_wire, to), true, 0},
	{"why", JSON_WANT_STRING, offsetof(struct change_wire, why), true, CHANGE_TEXT_MAX},
};

static bool find_word(const char *const *words, size_t n, const char *word, size_t *ret_i)
{
	for (size_t i = 0; i < n; i++) {
		if (words[i] && strcmp(words[i], word) == 0) {
			*ret_i = i;
			return true;
		}
	}
	return false;
}

static int wrong_word(struct json_error *error, const char *where)
{
	if (error) {
		*error = (struct json_error){.what = "not one of the known words"};
		strncpy(error->where, where, sizeof(error->where) - 1);
	}
	return JSON_E_TYPE;
}

static int change_from_json(
	struct json_object *object, struct enforce_changes *changes, struct json_error *error)
{
	struct change_wire wire = {0};
	size_t result, code = ENFORCE_NO_ERROR;
	int r = json_decode(object, change_fields, ARRAY_LEN(change_fields), &wire, error);

	if (r != 0) {
		return r;
	}
	if (!find_word(result_names, ENFORCE_RESULT_COUNT, wire.result, &result)) {
		return wrong_word(error, "result");
	}
	if (wire.error && (!json_object_is_type(wire.error, json_type_string) ||
				  !find_word(error_codes, ENFORCE_ERROR_COUNT,
					  json_object_get_string(wire.error), &code))) {
		return wrong_word(error, "error");
	}
	return enforce_changes_add(changes, wire.client, wire.path, wire.key, wire.from, wire.to,
		wire.why, (enum enforce_result)result, (enum enforce_error)code);
}

int enforce_changes_from_json(
	struct json_object *array, struct enforce_changes *ret_changes, struct json_error *error)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};

	if (!json_object_is_type(array, json_type_array) ||
		json_object_array_length(array) > ENFORCE_CHANGES_MAX) {
		return wrong_word(error, "changes");
	}
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		int r = change_from_json(json_object_array_get_idx(array, i), &changes, error);

		if (r != 0) {
			return r;
		}
	}
	*ret_changes = changes;
	changes = (struct enforce_changes){0};
	return 0;
}
