/* SPDX-License-Identifier: Apache-2.0 */
#include "browsers.h"
#include "json-relaxed.h"

#include <string.h>

int browsers_read(const struct sysroot *root, const char *path, struct browser_seen *seen,
	struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, BROWSERS_POLICY_MAX, &text, &len);

	if (r == -ENOMEM || r == FD_E_MISSING) {
		return r < 0 ? r : 0;
	}
	if (r == -EACCES || r == -EPERM) {
		seen->refused = true;
		return 0;
	}
	if (r == 0 && seen->kind == BROWSER_CHROMIUM) {
		json_relaxed_blank(text, len);
	}
	if (r == 0) {
		r = json_parse((struct span){text, len}, &object, NULL);
	}
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || !json_object_is_type(object, json_type_object)) {
		seen->damaged = true;
		return 0;
	}
	*ret_object = TAKE_PTR(object);
	return 0;
}

/* "https://host", without what means the same: a slash or the usual port at the end */
static struct span origin_trim(struct span origin)
{
	static const char port[] = ":443";
	size_t n = sizeof(port) - 1;

	origin = span_trim(origin);
	if (origin.len > 0 && origin.p[origin.len - 1] == '/') {
		origin.len--;
	}
	if (origin.len > n && memcmp(origin.p + origin.len - n, port, n) == 0) {
		origin.len -= n;
	}
	return origin;
}

static bool origin_allowed(const char *text, struct json_object *allowed)
{
	struct span origin = origin_trim(span_z(text));

	if (!json_object_is_type(allowed, json_type_array)) {
		return false;
	}
	for (size_t i = 0; i < json_object_array_length(allowed); i++) {
		struct json_object *item = json_object_array_get_idx(allowed, i);
		struct span one;

		if (!json_object_is_type(item, json_type_string)) {
			continue;
		}
		one = origin_trim(span_z(json_object_get_string(item)));
		if (one.len == origin.len && memcmp(one.p, origin.p, one.len) == 0) {
			return true;
		}
	}
	return false;
}

enum browsers_list browsers_judge_list(struct json_object *list, struct json_object *allowed)
{
	enum browsers_list answer = BROWSERS_LIST_ALLOWED;

	if (!list) {
		return BROWSERS_LIST_ALLOWED;
	}
	if (!json_object_is_type(list, json_type_array)) {
		return BROWSERS_LIST_DAMAGED;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (!json_object_is_type(item, json_type_string)) {
			answer = answer == BROWSERS_LIST_EXTRA ? answer : BROWSERS_LIST_DAMAGED;
		} else if (!origin_allowed(json_object_get_string(item), allowed)) {
			answer = BROWSERS_LIST_EXTRA;
		}
	}
	return answer;
}

struct json_object *browsers_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object)) {
		json_object_object_get_ex(object, name, &value);
	}
	return value;
}

int browsers_each(const struct sysroot *root, browsers_fn fn, void *data)
{
	int r = browsers_each_chromium(root, fn, data);

	return r < 0 ? r : browsers_each_firefox(root, fn, data);
}
