/* SPDX-License-Identifier: Apache-2.0 */
#include "told.h"

#include "fd.h"
#include "json-build.h"

#include <string.h>

#define TOLD_FORMAT 1
#define TOLD_FILE_MAX ((size_t)64 << 10)

void told_finish(struct told *told)
{
	vec_for_each (cause, &told->causes) {
		free(*cause);
	}
	vec_free(&told->causes);
}

bool told_has(const struct told *told, const char *cause)
{
	vec_for_each (known, &told->causes) {
		if (strcmp(*known, cause) == 0) {
			return true;
		}
	}
	return false;
}

bool told_has_like(const struct told *told, const char *begin)
{
	vec_for_each (known, &told->causes) {
		if (strncmp(*known, begin, strlen(begin)) == 0) {
			return true;
		}
	}
	return false;
}

static int push(struct told *told, const char *cause)
{
	char *copy = strdup(cause);
	int r;

	if (!copy) {
		return -ENOMEM;
	}
	if (told->causes.len == TOLD_MAX) {
		free(told->causes.items[0]);
		memmove(told->causes.items, told->causes.items + 1,
			(TOLD_MAX - 1) * sizeof(told->causes.items[0]));
		told->causes.len--;
	}
	r = vec_push(&told->causes, copy, TOLD_MAX);
	if (r < 0) {
		free(copy);
	}
	return r;
}

struct wire {
	int64_t format;
	struct json_object *causes;
};
static const struct json_field fields[] = {
	{"format", JSON_WANT_INT, offsetof(struct wire, format), true, TOLD_FORMAT},
	{"told", JSON_WANT_ARRAY, offsetof(struct wire, causes), true, TOLD_MAX},
};

static int parse(struct span text, struct told *told)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct wire wire = {0};
	int r = json_parse(text, &object, NULL);

	if (r == 0) {
		r = json_decode(object, fields, ARRAY_LEN(fields), &wire, NULL);
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(wire.causes); i++) {
		struct json_object *cause = json_object_array_get_idx(wire.causes, i);

		if (json_object_is_type(cause, json_type_string) &&
			json_object_get_string_len(cause) <= TOLD_CAUSE_MAX) {
			r = push(told, json_object_get_string(cause));
		}
	}
	return r == -ENOMEM ? r : 0;
}

int told_open(int dirfd, struct told *ret_told)
{
	cleanup(told_finish) struct told told = {.dirfd = dirfd};
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r = 0;

	if (dirfd >= 0 && fd_read_regular(dirfd, TOLD_NAME, TOLD_FILE_MAX, &bytes, &len) == 0) {
		r = parse((struct span){bytes, len}, &told);
	}
	if (r == 0) {
		*ret_told = told;
		told = (struct told){0};
	}
	return r;
}

static int save(const struct told *told)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(str_finish) struct str text = {.max = TOLD_FILE_MAX};
	struct json_build build = json_build_object();
	struct json_build causes = json_build_array();
	int r;

	vec_for_each (cause, &told->causes) {
		json_build_string(&causes, NULL, *cause);
	}
	json_build_int(&build, "format", TOLD_FORMAT);
	json_build_join(&build, "told", &causes);
	r = json_build_finish(&build, &object);
	if (r == 0) {
		r = json_write_canonical(object, &text);
	}
	return r == 0 ? fd_write_atomic(told->dirfd, TOLD_NAME, text.p, text.len, 0600) : r;
}

int told_add(struct told *told, const char *cause)
{
	int r = push(told, cause);

	/* a full disk has it told again after the next start, which is no harm */
	if (r == 0 && told->dirfd >= 0 && save(told) == -ENOMEM) {
		r = -ENOMEM;
	}
	return r;
}
