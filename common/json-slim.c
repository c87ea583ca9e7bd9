/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

/*
 * json-c gives each object a table of 16 entries of 40 bytes, and doubles one that is two thirds
 * full (linkhash.h, LH_LOAD_FACTOR 0.66). A table that was made too small grows by itself.
 */
#define TABLE_FULL_PERCENT 66

static int copy_value(struct json_object *value, size_t depth, struct json_object **ret_copy);

static int copy_members(struct json_object *object, size_t depth, struct json_object *copy)
{
	int n = json_object_object_length(object);

	if (n > 0 && lh_table_resize(json_object_get_object(copy),
			     (n - 1) * 100 / TABLE_FULL_PERCENT + 1) < 0) {
		return -ENOMEM;
	}
	json_object_object_foreach(object, key, member)
	{
		struct json_object *value = NULL;
		int r = copy_value(member, depth + 1, &value);

		if (r == 0 && json_object_object_add_ex(
				      copy, key, value, JSON_C_OBJECT_ADD_KEY_IS_NEW) < 0) {
			json_object_put(value);
			r = -ENOMEM;
		}
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static int copy_items(struct json_object *array, size_t depth, struct json_object *copy)
{
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *value = NULL;
		int r = copy_value(json_object_array_get_idx(array, i), depth + 1, &value);

		if (r == 0 && json_object_array_add(copy, value) < 0) {
			json_object_put(value);
			r = -ENOMEM;
		}
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static struct json_object *new_like(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		return json_object_new_object();
	case json_type_array:
		return json_object_new_array_ext((int)json_object_array_length(value));
	case json_type_string:
		return json_object_new_string_len(
			json_object_get_string(value), json_object_get_string_len(value));
	case json_type_int:
		return json_object_new_int64(json_object_get_int64(value));
	case json_type_null:
	case json_type_boolean:
	case json_type_double:
		break;
	}
	return json_object_get(value);
}

/* Calls itself at most JSON_DEPTH_MAX times. */
static int copy_value(struct json_object *value, size_t depth, struct json_object **ret_copy)
{
	cleanup(json_put) struct json_object *copy = NULL;
	int r = 0;

	if (depth > JSON_DEPTH_MAX) {
		return -EINVAL;
	}
	copy = new_like(value);
	if (value && !copy) {
		return -ENOMEM;
	}
	if (json_object_is_type(value, json_type_object)) {
		r = copy_members(value, depth, copy);
	} else if (json_object_is_type(value, json_type_array)) {
		r = copy_items(value, depth, copy);
	}
	if (r == 0) {
		*ret_copy = TAKE_PTR(copy);
	}
	return r;
}

int json_slim(struct json_object **object)
{
	struct json_object *copy = NULL;
	int r = copy_value(*object, 0, &copy);

	if (r == 0) {
		json_object_put(*object);
		*object = copy;
	}
	return r;
}
