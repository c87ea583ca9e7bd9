/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dconf's two files of lines (dconf(7)). A profile: the key is the line. A list of locks: the key
 * is that of the keyfile, "org/gnome/desktop/session.idle-delay", and its line is the path
 * "/org/gnome/desktop/session/idle-delay". Each is there, or is not.
 */
#include "format.h"

#include "list-edit.h"

#include <string.h>

/*
 * Our database comes before others of the system: a lock in one of those still wins over ours, so
 * that who administers them keeps the last word.
 */
static const char *const databases[] = {"system-db:", "file-db:", NULL};

static int error_from(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case LIST_EDIT_E_SYNTAX:
		return ENFORCE_ERROR_NOT_JSON;
	case -ENOSPC:
		return ENFORCE_ERROR_TOO_LARGE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

static int item_of(const struct json_path *path, enum enforce_format format, struct str *out)
{
	if (format == ENFORCE_DCONF_PROFILE) {
		return path->n == 1 ? str_append_z(out, json_path_name(path, 0))
				    : ENFORCE_ERROR_SYSTEM;
	}
	return path->n == 2 ? str_appendf(out, "/%s/%s", json_path_name(path, 0),
				      json_path_name(path, 1))
			    : ENFORCE_ERROR_SYSTEM;
}

static int check(struct span text, enum enforce_format format)
{
	(void)format;
	return error_from(list_edit_check(text));
}

static int get(struct span text, enum enforce_format format, const struct json_path *path,
	struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	cleanup(str_finish) struct str item = {0};
	int r = check(text, format);

	r = r != 0 ? r : item_of(path, format, &item);
	value.present = r == 0 && list_edit_has(text, item.p);
	if (value.present) {
		value.text = strdup("");
		value.object = json_object_new_boolean(true);
	}
	if (r == 0 && value.present && (!value.text || !value.object)) {
		r = -ENOMEM;
	}
	if (r == 0) {
		*ret_value = value;
		value = (struct enforce_value){0};
	}
	return r;
}

static int put_back(struct span text, enum enforce_format format, const struct json_path *path,
	struct span former, struct str *out)
{
	cleanup(str_finish) struct str item = {0};
	int r = item_of(path, format, &item);

	(void)former;
	return r != 0 ? r
		      : error_from(list_edit_add(text, item.p,
				format == ENFORCE_DCONF_PROFILE ? databases : NULL, out));
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	(void)value;
	return put_back(text, format, path, (struct span){NULL, 0}, out);
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	cleanup(str_finish) struct str item = {0};
	int r = item_of(path, format, &item);

	return r != 0 ? r : error_from(list_edit_remove(text, item.p, out));
}

static int object_of(struct span text, enum enforce_format format, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *array = json_object_new_array();
	struct span item;
	size_t pos = 0;
	int r = array ? check(text, format) : -ENOMEM;

	while (r == 0 && list_edit_next(text, &pos, &item)) {
		struct json_object *word = json_object_new_string_len(item.p, (int)item.len);

		if (!word || json_object_array_add(array, word) < 0) {
			json_object_put(word);
			r = -ENOMEM;
		}
	}
	if (r == 0) {
		*ret_object = TAKE_PTR(array);
	}
	return r;
}

static int read_word(
	struct span former, enum enforce_format format, struct json_object **ret_object)
{
	(void)former;
	(void)format;
	*ret_object = json_object_new_boolean(true);
	return *ret_object ? 0 : -ENOMEM;
}

/* Without a profile dconf knows the person's own database alone; a new one has to name it. */
const struct enforce_format_ops enforce_format_dconf_profile = {
	.empty = "user-db:user\n",
	.flat = true,
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = object_of,
	.read = read_word,
};
const struct enforce_format_ops enforce_format_dconf_locks = {
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
