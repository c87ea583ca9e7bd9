/* SPDX-License-Identifier: Apache-2.0 */
#include "json-build.h"

#include <limits.h>
#include <string.h>

static struct json_build start(struct json_object *value)
{
	return (struct json_build){.value = value, .error = value ? 0 : -ENOMEM};
}

struct json_build json_build_object(void)
{
	return start(json_object_new_object());
}

struct json_build json_build_array(void)
{
	return start(json_object_new_array());
}

void json_build_drop(struct json_build *build)
{
	json_object_put(TAKE_PTR(build->value));
}

/* json-c spells null as a NULL pointer, so that out of memory is told apart before this. */
static void add(struct json_build *build, const char *name, struct json_object *value)
{
	int r;

	if (build->error != 0) {
		json_object_put(value);
		return;
	}
	r = name ? json_object_object_add(build->value, name, value)
		 : json_object_array_add(build->value, value);
	if (r != 0) {
		json_object_put(value);
		build->error = -ENOMEM;
	}
}

void json_build_take(struct json_build *build, const char *name, struct json_object *value)
{
	if (!value && build->error == 0) {
		build->error = -ENOMEM;
	}
	add(build, name, value);
}

void json_build_string(struct json_build *build, const char *name, const char *text)
{
	json_build_span(build, name, (struct span){text, strlen(text)});
}

void json_build_span(struct json_build *build, const char *name, struct span text)
{
	if (text.len > INT_MAX) {
		build->error = -E2BIG;
		return;
	}
	json_build_take(build, name, json_object_new_string_len(text.p, (int)text.len));
}

void json_build_int(struct json_build *build, const char *name, int64_t number)
{
	json_build_take(build, name, json_object_new_int64(number));
}

void json_build_bool(struct json_build *build, const char *name, bool value)
{
	json_build_take(build, name, json_object_new_boolean(value));
}

void json_build_null(struct json_build *build, const char *name)
{
	add(build, name, NULL);
}

void json_build_share(struct json_build *build, const char *name, struct json_object *value)
{
	add(build, name, json_object_get(value));
}

void json_build_join(struct json_build *build, const char *name, struct json_build *other)
{
	struct json_object *value = NULL;
	int r = json_build_finish(other, &value);

	if (r < 0 && build->error == 0) {
		build->error = r;
	}
	add(build, name, value);
}

int json_build_finish(struct json_build *build, struct json_object **ret_value)
{
	if (build->error != 0) {
		json_build_drop(build);
		return build->error;
	}
	*ret_value = TAKE_PTR(build->value);
	return 0;
}
