/* SPDX-License-Identifier: Apache-2.0 */
/* Lines "NAME:PLUG=connected" (plugs.h). A plug that has no line is not connected, which is a
 * value. */
#include "format.h"

#include "plugs.h"

#include <string.h>

static int check(struct span text, enum enforce_format format)
{
	(void)format;
	return utf8_valid(text) ? 0 : ENFORCE_ERROR_NOT_JSON;
}

static bool names(struct span line, const char *key)
{
	size_t len = strlen(key);

	return line.len > len && memcmp(line.p, key, len) == 0 && line.p[len] == '=';
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
	cleanup(enforce_value_finish) struct enforce_value value = {.present = true};
	const char *word = ENFORCE_PLUGS_OFF;
	struct span line;
	int r;

	while (span_next(&text, '\n', &line)) {
		word = names(line, json_path_name(path, 0)) ? ENFORCE_PLUGS_ON : word;
	}
	value.text = strdup(word);
	r = value.text ? read_text(span_z(word), format, &value.object) : -ENOMEM;
	if (r == 0) {
		*ret_value = value;
		value = (struct enforce_value){0};
	}
	return r;
}

static int put_back(struct span text, enum enforce_format format, const struct json_path *path,
	struct span former, struct str *out)
{
	const char *key = json_path_name(path, 0);
	bool connected = span_eq(former, ENFORCE_PLUGS_ON);
	struct span line;
	int r = 0;

	(void)format;
	while (r >= 0 && span_next(&text, '\n', &line)) {
		if (line.len > 0 && !names(line, key)) {
			r = str_appendf(out, "%.*s\n", (int)line.len, line.p);
		}
	}
	return r < 0 || !connected ? r : str_appendf(out, "%s=" ENFORCE_PLUGS_ON "\n", key);
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	const char *word = json_object_get_string(value);

	return put_back(text, format, path, span_z(word ? word : ENFORCE_PLUGS_OFF), out);
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	return put_back(text, format, path, span_z(ENFORCE_PLUGS_OFF), out);
}

const struct enforce_format_ops enforce_format_plugs = {
	.empty = "",
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = read_text,
	.read = read_text,
};
