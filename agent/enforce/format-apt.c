/* SPDX-License-Identifier: Apache-2.0 */
/* apt's configuration: KEY is a text, KEY.ITEM an item of a list, which is there: true. */
#include "format.h"

#include "apt-edit.h"

#include <string.h>

static int error_from(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case APT_EDIT_E_SYNTAX:
		return ENFORCE_ERROR_NOT_JSON;
	case APT_EDIT_E_OVERRULED:
		return ENFORCE_ERROR_DUPLICATE_KEY;
	case -ENOSPC:
		return ENFORCE_ERROR_TOO_LARGE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

static int check(struct span text, enum enforce_format format)
{
	(void)format;
	return error_from(apt_edit_check(text));
}

static int get_item(struct span text, const struct json_path *path, struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	int r = apt_edit_has(
		text, json_path_name(path, 0), json_path_name(path, 1), &value.present);

	if (r == 0 && value.present) {
		value.text = strdup("");
		value.object = json_object_new_boolean(true);
		r = value.text && value.object ? 0 : -ENOMEM;
	}
	if (r == 0) {
		*ret_value = value;
		value = (struct enforce_value){0};
	}
	return r;
}

static int get_text(struct span text, const struct json_path *path, struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	int r = apt_edit_find(text, json_path_name(path, 0), &value.text);

	if (r == 0 && value.text) {
		value.present = true;
		value.object = json_object_new_string(value.text);
		r = value.object ? 0 : -ENOMEM;
	}
	if (r == 0) {
		*ret_value = value;
		value = (struct enforce_value){0};
	}
	return r;
}

static int get(struct span text, enum enforce_format format, const struct json_path *path,
	struct enforce_value *ret_value)
{
	(void)format;
	if (path->n > 2) {
		return ENFORCE_ERROR_SYSTEM;
	}
	return error_from(
		path->n == 2 ? get_item(text, path, ret_value) : get_text(text, path, ret_value));
}

static int put_back(struct span text, enum enforce_format format, const struct json_path *path,
	struct span former, struct str *out)
{
	cleanup(free_ptr) char *word = span_dup(former);

	(void)format;
	if (!word) {
		return -ENOMEM;
	}
	return error_from(path->n == 2 ? apt_edit_add(text, json_path_name(path, 0),
						 json_path_name(path, 1), out)
				       : apt_edit_set(text, json_path_name(path, 0), word, out));
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	const char *word = json_object_get_string(value);

	return put_back(text, format, path, span_z(word ? word : ""), out);
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	(void)format;
	return error_from(apt_edit_remove(
		text, json_path_name(path, 0), path->n == 2 ? json_path_name(path, 1) : NULL, out));
}

struct gather {
	struct json_object *object;
	bool failed;
};

static void gather_one(const char *key, const char *value, void *data)
{
	struct gather *gather = data;
	struct json_object *pair = json_object_new_array();
	const char *words[] = {key, value};

	for (size_t i = 0; pair && i < ARRAY_LEN(words); i++) {
		struct json_object *word = words[i] ? json_object_new_string(words[i]) : NULL;

		if ((words[i] && !word) || json_object_array_add(pair, word) < 0) {
			json_object_put(word);
			gather->failed = true;
		}
	}
	if (!pair || json_object_array_add(gather->object, pair) < 0) {
		json_object_put(pair);
		gather->failed = true;
	}
}

/* What it says, in order */
static int object_of(struct span text, enum enforce_format format, struct json_object **ret_object)
{
	struct gather gather = {.object = json_object_new_array()};
	int r = gather.object ? check(text, format) : -ENOMEM;

	if (r == 0 && apt_conf_parse(text, gather_one, &gather) != 0) {
		r = ENFORCE_ERROR_NOT_JSON;
	}
	if (r == 0 && gather.failed) {
		r = -ENOMEM;
	}
	if (r != 0) {
		json_object_put(gather.object);
		return r;
	}
	*ret_object = gather.object;
	return 0;
}

static int read_word(
	struct span former, enum enforce_format format, struct json_object **ret_object)
{
	(void)format;
	*ret_object = json_object_new_string_len(former.p, (int)former.len);
	return *ret_object ? 0 : -ENOMEM;
}

const struct enforce_format_ops enforce_format_apt = {
	.empty = "",
	.flat = true,
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = object_of,
	.read = read_word,
};
