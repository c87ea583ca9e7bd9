/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <inttypes.h>
#include <string.h>

static int write_value(struct json_object *value, size_t depth, struct str *out);

static int write_escaped(char c, struct str *out)
{
	static const struct escape_row {
		char c;
		char letter;
	} rows[] = {
		{'\b', 'b'},
		{'\t', 't'},
		{'\n', 'n'},
		{'\f', 'f'},
		{'\r', 'r'},
		{'"', '"'},
		{'\\', '\\'},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].c == c) {
			return str_appendf(out, "\\%c", rows[i].letter);
		}
	}
	return (unsigned char)c < 0x20 ? str_appendf(out, "\\u%04x", (unsigned)c)
				       : str_append_char(out, c);
}

/* What stands for itself is appended a run at a time. */
static bool is_plain(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\' && c != 0x7f;
}

static int write_string(const char *text, size_t len, struct str *out)
{
	int r;

	if (!utf8_valid((struct span){text, len})) {
		return -EINVAL;
	}
	r = str_append_char(out, '"');
	for (size_t i = 0; i < len && r == 0; i++) {
		size_t plain = i;

		while (plain < len && is_plain(text[plain])) {
			plain++;
		}
		r = plain > i ? str_append(out, text + i, plain - i) : write_escaped(text[i], out);
		i = plain > i ? plain - 1 : i;
	}
	return r < 0 ? r : str_append_char(out, '"');
}

static int write_array(struct json_object *array, size_t depth, struct str *out)
{
	int r = str_append_char(out, '[');

	for (size_t i = 0; i < json_object_array_length(array) && r == 0; i++) {
		r = i == 0 ? 0 : str_append_char(out, ',');
		if (r == 0) {
			r = write_value(json_object_array_get_idx(array, i), depth + 1, out);
		}
	}
	return r < 0 ? r : str_append_char(out, ']');
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int write_member(struct json_object *object, const char *key, size_t depth, struct str *out)
{
	int r = write_string(key, strlen(key), out);

	if (r == 0) {
		r = str_append_char(out, ':');
	}
	return r < 0 ? r : write_value(json_object_object_get(object, key), depth + 1, out);
}

static int write_object(struct json_object *object, size_t depth, struct str *out)
{
	size_t n = (size_t)json_object_object_length(object), filled = 0;
	cleanup(free_ptr) const char **keys = calloc(n ? n : 1, sizeof(*keys));
	int r;

	if (!keys) {
		return -ENOMEM;
	}
	json_object_object_foreach(object, key, unused)
	{
		(void)unused;
		keys[filled++] = key;
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	r = str_append_char(out, '{');
	for (size_t i = 0; i < n && r == 0; i++) {
		r = i == 0 ? 0 : str_append_char(out, ',');
		if (r == 0) {
			r = write_member(object, keys[i], depth, out);
		}
	}
	return r < 0 ? r : str_append_char(out, '}');
}

/* Calls itself at most JSON_DEPTH_MAX times. */
static int write_value(struct json_object *value, size_t depth, struct str *out)
{
	if (depth > JSON_DEPTH_MAX) {
		return -EINVAL;
	}
	switch (json_object_get_type(value)) {
	case json_type_null:
		return str_append_z(out, "null");
	case json_type_boolean:
		return str_append_z(out, json_object_get_boolean(value) ? "true" : "false");
	case json_type_int:
		if (json_object_get_int64(value) >= 0 &&
			json_object_get_uint64(value) > INT64_MAX) {
			return -EINVAL;
		}
		return str_appendf(out, "%" PRId64, json_object_get_int64(value));
	case json_type_string:
		return write_string(json_object_get_string(value),
			(size_t)json_object_get_string_len(value), out);
	case json_type_array:
		return write_array(value, depth, out);
	case json_type_object:
		return write_object(value, depth, out);
	case json_type_double:
		return -EINVAL;
	}
	return -EINVAL;
}

int json_write_canonical(struct json_object *object, struct str *out)
{
	return write_value(object, 0, out);
}
