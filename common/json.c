/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"
#include "json-scan.h"

#include <stdio.h>
#include <string.h>

static int syntax_error(struct json_error *error, size_t offset, const char *what)
{
	char where[32];

	snprintf(where, sizeof(where), "offset %zu", offset);
	json_error_set(error, where, what);
	return JSON_E_SYNTAX;
}

static void put_tokener(json_tokener **tokener)
{
	if (*tokener) {
		json_tokener_free(*tokener);
	}
}

/* Members of all objects below value. Depth is bounded by JSON_DEPTH_MAX: the scan saw to it. */
static size_t count_members(struct json_object *value)
{
	size_t n = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			n += count_members(json_object_array_get_idx(value, i));
		}
	}
	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member)
		{
			(void)key;
			n += 1 + count_members(member);
		}
	}
	return n;
}

int json_parse(struct span text, struct json_object **ret_object, struct json_error *error)
{
	return json_parse_bounded(text, JSON_VALUES_MAX, ret_object, error);
}

int json_parse_bounded(struct span text, size_t values_max, struct json_object **ret_object,
	struct json_error *error)
{
	cleanup(put_tokener) json_tokener *tokener = NULL;
	cleanup(json_put) struct json_object *object = NULL;
	struct json_scan scan;

	if (text.len > JSON_TEXT_MAX) {
		return syntax_error(error, JSON_TEXT_MAX, "too long");
	}
	if (!json_scan(text, JSON_DEPTH_MAX, values_max, &scan)) {
		return syntax_error(error, scan.offset, scan.what);
	}
	tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	if (!tokener) {
		return -ENOMEM;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	object = json_tokener_parse_ex(tokener, text.p, (int)text.len);
	/* A number ends only with the byte behind it. */
	if (json_tokener_get_error(tokener) == json_tokener_continue) {
		object = json_tokener_parse_ex(tokener, "", 1);
	}
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		return syntax_error(error, scan.offset, "not JSON");
	}
	if (count_members(object) != scan.members) {
		return syntax_error(error, scan.offset, "a key stands twice");
	}
	*ret_object = TAKE_PTR(object);
	return 0;
}

void json_error_set(struct json_error *error, const char *where, const char *what)
{
	cleanup(str_finish) struct str text = {.max = sizeof(error->where) - 1};
	int r;

	if (!error) {
		return;
	}
	/* A name that is too long ends at its last whole character. */
	r = str_append_printable(&text, span_z(where));
	(void)r;
	snprintf(error->where, sizeof(error->where), "%s", text.p ? text.p : "");
	error->what = what;
}

bool json_equal(struct json_object *a, struct json_object *b)
{
	return json_object_equal(a, b);
}
