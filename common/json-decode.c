/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <stdio.h>
#include <string.h>

static int refuse(struct json_error *error, const char *where, const char *what, int outcome)
{
	json_error_set(error, where, what);
	return outcome;
}

static bool decode_string(struct json_object *value, size_t max, void *out)
{
	const char *text;
	size_t len;

	if (!json_object_is_type(value, json_type_string)) {
		return false;
	}
	text = json_object_get_string(value);
	len = (size_t)json_object_get_string_len(value);
	if ((max && len > max) || strlen(text) != len) {
		return false;
	}
	memcpy(out, &text, sizeof(text));
	return true;
}

static bool decode_int(struct json_object *value, size_t max, void *out)
{
	int64_t n;

	if (!json_object_is_type(value, json_type_int)) {
		return false;
	}
	n = json_object_get_int64(value);
	if (n < 0 || (max && (uint64_t)n > max) || json_object_get_uint64(value) > INT64_MAX) {
		return false;
	}
	memcpy(out, &n, sizeof(n));
	return true;
}

static bool decode_bool(struct json_object *value, void *out)
{
	bool yes;

	if (!json_object_is_type(value, json_type_boolean)) {
		return false;
	}
	yes = json_object_get_boolean(value);
	memcpy(out, &yes, sizeof(yes));
	return true;
}

static bool decode_borrowed(struct json_object *value, bool type_right, void *out)
{
	if (type_right) {
		memcpy(out, &value, sizeof(value));
	}
	return type_right;
}

static bool decode_value(struct json_object *value, const struct json_field *field, void *out)
{
	switch (field->type) {
	case JSON_WANT_STRING:
		return decode_string(value, field->max, out);
	case JSON_WANT_INT:
		return decode_int(value, field->max, out);
	case JSON_WANT_BOOL:
		return decode_bool(value, out);
	case JSON_WANT_OBJECT:
		return decode_borrowed(value,
			json_object_is_type(value, json_type_object) &&
				(!field->max ||
					(size_t)json_object_object_length(value) <= field->max),
			out);
	case JSON_WANT_ARRAY:
		return decode_borrowed(value,
			json_object_is_type(value, json_type_array) &&
				(!field->max || json_object_array_length(value) <= field->max),
			out);
	case JSON_WANT_ANY:
		return decode_borrowed(value, true, out);
	}
	return false;
}

static const struct json_field *find_field(
	const struct json_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(fields[i].name, name) == 0) {
			return &fields[i];
		}
	}
	return NULL;
}

int json_decode(struct json_object *object, const struct json_field *fields, size_t n, void *out,
	struct json_error *error)
{
	if (!json_object_is_type(object, json_type_object)) {
		return refuse(error, "", "object wanted", JSON_E_TYPE);
	}
	json_object_object_foreach(object, name, unused)
	{
		(void)unused;
		if (!find_field(fields, n, name)) {
			return refuse(error, name, "unknown field", JSON_E_UNKNOWN);
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *value;

		if (!json_object_object_get_ex(object, fields[i].name, &value)) {
			if (fields[i].mandatory) {
				return refuse(
					error, fields[i].name, "missing field", JSON_E_MISSING);
			}
			continue;
		}
		if (!decode_value(value, &fields[i], (char *)out + fields[i].offset)) {
			return refuse(
				error, fields[i].name, "wrong type or out of range", JSON_E_TYPE);
		}
	}
	return 0;
}
