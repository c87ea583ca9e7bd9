/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A symlink that systemd reads (systemd.unit(5)): to /dev/null it masks a unit, in a .wants/
 * directory it enables one. Its text is where it leads; none is no link. The key is the unit.
 */
#include "format.h"

#include <limits.h>
#include <string.h>

static int check(struct span text, enum enforce_format format)
{
	(void)format;
	return text.len < PATH_MAX && utf8_valid(text) &&
			       (text.len == 0 || !memchr(text.p, '\0', text.len))
		       ? 0
		       : ENFORCE_ERROR_IS_LINK;
}

static bool is_key(const struct json_path *path)
{
	return path->n == 1;
}

static int read_text(struct span text, enum enforce_format format, struct json_object **ret_object)
{
	(void)format;
	*ret_object = json_object_new_string_len(text.p ? text.p : "", (int)text.len);
	return *ret_object ? 0 : -ENOMEM;
}

static int get(struct span text, enum enforce_format format, const struct json_path *path,
	struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {.present = text.len > 0};
	int r = is_key(path) ? 0 : ENFORCE_ERROR_SYSTEM;

	if (r == 0 && value.present) {
		value.text = span_dup(text);
		r = value.text ? read_text(text, format, &value.object) : -ENOMEM;
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
	(void)text;
	(void)format;
	return is_key(path) ? str_append(out, former.p, former.len) : ENFORCE_ERROR_SYSTEM;
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	const char *target = json_object_get_string(value);

	return put_back(text, format, path, span_z(target ? target : ""), out);
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	return put_back(text, format, path, (struct span){"", 0}, out);
}

const struct enforce_format_ops enforce_format_link = {
	.empty = "",
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = read_text,
	.read = read_text,
};
