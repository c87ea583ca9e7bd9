/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include "json-edit.h"

static int error_from(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case JSON_EDIT_E_SYNTAX:
	case JSON_EDIT_E_NOT_OBJECT:
		return ENFORCE_ERROR_NOT_JSON;
	case JSON_EDIT_E_DUPLICATE:
		return ENFORCE_ERROR_DUPLICATE_KEY;
	case -ENOSPC:
		return ENFORCE_ERROR_TOO_LARGE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

static enum json_edit_dialect dialect_of(enum enforce_format format)
{
	return format == ENFORCE_JSON ? JSON_EDIT_STRICT : JSON_EDIT_RELAXED;
}

static int read_part(struct span part, enum enforce_format format, struct json_object **ret_object)
{
	cleanup(str_finish) struct str plain = {.max = JSON_EDIT_MAX};
	int r = error_from(json_edit_strip(part, dialect_of(format), &plain));

	if (r != 0) {
		return r;
	}
	r = json_parse((struct span){plain.p, plain.len}, ret_object, NULL);
	return r > 0 ? ENFORCE_ERROR_NOT_JSON : r;
}

static int get(struct span text, enum enforce_format format, const struct json_path *path,
	struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	struct json_edit_found found;
	int r = error_from(json_edit_find(text, dialect_of(format), path, &found));

	if (r != 0) {
		return r;
	}
	if (found.value.p) {
		value.present = true;
		value.text = span_dup(found.value);
		if (!value.text) {
			return -ENOMEM;
		}
		r = read_part(found.value, format, &value.object);
		if (r != 0) {
			return r;
		}
	}
	*ret_value = value;
	value = (struct enforce_value){0};
	return 0;
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	/* not canonical: the members of a completed object keep the order of the profile */
	const char *word = value ? json_object_to_json_string_ext(value,
					   JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
				 : "null";

	return word ? error_from(json_edit_set(
			      text, dialect_of(format), path, span_z(word), false, out))
		    : -ENOMEM;
}

static int put_back(struct span text, enum enforce_format format, const struct json_path *path,
	struct span former, struct str *out)
{
	return error_from(json_edit_set(text, dialect_of(format), path, former, true, out));
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	return error_from(json_edit_remove(text, dialect_of(format), path, out));
}

static int check(struct span text, enum enforce_format format)
{
	static const struct json_path nothing = {.n = 0};
	struct json_edit_found found;

	return error_from(json_edit_find(text, dialect_of(format), &nothing, &found));
}

const struct enforce_format_ops enforce_format_json = {
	.empty = "{}\n",
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = read_part,
	.read = read_part,
};
