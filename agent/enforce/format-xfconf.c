/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Xfce's channels. true is of the type bool, a number int, a text string; a property that holds
 * others is an object that says how many. One that anybody may set over is told as open: only what
 * is locked for everybody is kept.
 */
#include "format.h"

#include "json-build.h"
#include "xfconf-edit.h"
#include "xfconf-value.h"

#include <string.h>

#define SUFFIX ".xml"

static int error_from(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case XFCONF_EDIT_E_SYNTAX:
	case XFCONF_EDIT_E_ARRAY:
		return ENFORCE_ERROR_NOT_JSON;
	case XFCONF_EDIT_E_DUPLICATE:
		return ENFORCE_ERROR_DUPLICATE_KEY;
	case -ENOSPC:
		return ENFORCE_ERROR_TOO_LARGE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

/* The channel is named as its file is. */
static int begin(const char *path, struct str *out)
{
	const char *name = strrchr(path, '/') + 1;
	size_t len = strlen(name), cut = strlen(SUFFIX);
	cleanup(free_ptr) char *channel = NULL;
	int r;

	if (len > cut && strcmp(name + len - cut, SUFFIX) == 0) {
		len -= cut;
	}
	channel = span_dup((struct span){name, len});
	r = channel ? str_append_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\n"
					"<channel name=\"")
		    : -ENOMEM;
	r = r < 0 ? r : xfconf_raw_write(channel, out);
	return r < 0 ? r : str_append_z(out, "\" version=\"1.0\">\n</channel>\n");
}

static int check(struct span text, enum enforce_format format)
{
	(void)format;
	return error_from(xfconf_edit_check(text));
}

static int object_of(struct span text, enum enforce_format format, struct json_object **ret_object)
{
	(void)format;
	return error_from(xfconf_value_channel(text, ret_object));
}

/* The value of a start tag, whatever lies in its element */
static int read_tag(struct span former, enum enforce_format format, struct json_object **ret_object)
{
	struct xfconf_tag tag;
	int r = error_from(xfconf_lex_property(former, &tag));

	(void)format;
	return r != 0 ? r
		      : error_from(xfconf_value_read(tag.attributes[XFCONF_TYPE],
				tag.attributes[XFCONF_TEXT], ret_object));
}

static int holder_object(size_t children, struct json_object **ret_object)
{
	struct json_build object = json_build_object();

	if (children > 0) {
		json_build_int(&object, "holds", (int64_t)children);
	}
	return json_build_finish(&object, ret_object);
}

/* What has an end tag is looked at as what holds others, unless it is a value that is fixed. */
static int found_object(const struct xfconf_edit_found *found, struct json_object **ret_object)
{
	bool fixed = found->locked && found->value.p && !span_eq(found->type, "empty");

	return found->holds && !fixed
		       ? holder_object(found->children, ret_object)
		       : error_from(xfconf_value_read(found->type, found->value, ret_object));
}

static int get(struct span text, enum enforce_format format, const struct json_path *path,
	struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	struct xfconf_edit_found found;
	int r = error_from(xfconf_edit_find(text, path, &found));

	(void)format;
	if (r == 0 && found.tag.p) {
		value.present = true;
		value.open = !found.locked;
		value.text = span_dup(found.tag);
		r = value.text ? found_object(&found, &value.object) : -ENOMEM;
	}
	if (r == 0) {
		*ret_value = value;
		value = (struct enforce_value){0};
	}
	return r;
}

static const char *type_of(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		return "bool";
	case json_type_int:
		return "int";
	case json_type_string:
		return "string";
	case json_type_null:
	case json_type_double:
	case json_type_object:
	case json_type_array:
		break;
	}
	return NULL;
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	const char *type = type_of(value), *word;

	(void)format;
	if (json_object_is_type(value, json_type_object)) {
		return error_from(xfconf_edit_make(text, path, out));
	}
	word = json_object_get_string(value);
	if (!type || !word) {
		return type ? -ENOMEM : ENFORCE_ERROR_SYSTEM;
	}
	return error_from(xfconf_edit_set(text, path, type, word, out));
}

static int put_back(struct span text, enum enforce_format format, const struct json_path *path,
	struct span former, struct str *out)
{
	(void)format;
	return error_from(xfconf_edit_put_back(text, path, former, out));
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	(void)format;
	return error_from(xfconf_edit_remove(text, path, out));
}

const struct enforce_format_ops enforce_format_xfconf = {
	.begin = begin,
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = object_of,
	.read = read_tag,
};
