/* SPDX-License-Identifier: Apache-2.0 */
#include "user-dirs.h"

#include <string.h>

#define HOME "$HOME"

bool user_dirs_next_part(struct span *path, struct span *ret_part)
{
	while (span_next(path, '/', ret_part)) {
		if (ret_part->len > 0 && !span_eq(*ret_part, ".")) {
			return true;
		}
	}
	return false;
}

/* What stands between the quotes, with the backslashes taken out */
static int value_unquote(struct span value, char *buf, size_t size)
{
	size_t len = 0;

	if (value.len < 2 || value.p[0] != '"') {
		return USER_DIRS_E_FORMAT;
	}
	for (size_t i = 1; i < value.len; i++) {
		if (value.p[i] == '"') {
			buf[len] = '\0';
			return 0;
		}
		if (value.p[i] == '\\' && i + 1 < value.len) {
			i++;
		}
		if (value.p[i] == '\0' || len + 1 == size) {
			return USER_DIRS_E_FORMAT;
		}
		buf[len++] = value.p[i];
	}
	return USER_DIRS_E_FORMAT;
}

/* The parts of text joined anew, without empty ones and without a way upwards */
static int parts_join(const char *text, struct user_dir *dir)
{
	struct span rest = span_z(text), part;
	size_t len = 0;

	while (user_dirs_next_part(&rest, &part)) {
		if (span_eq(part, "..") || len + part.len + 1 > USER_DIRS_PATH_MAX) {
			return USER_DIRS_E_FORMAT;
		}
		if (len > 0) {
			dir->path[len++] = '/';
		}
		memcpy(dir->path + len, part.p, part.len);
		len += part.len;
	}
	dir->path[len] = '\0';
	return 0;
}

static int value_take(struct span value, struct user_dir *dir)
{
	char text[USER_DIRS_PATH_MAX + 1];
	int r = value_unquote(value, text, sizeof(text));

	if (r != 0) {
		return r;
	}
	if (strncmp(text, HOME, strlen(HOME)) == 0 &&
		(text[strlen(HOME)] == '/' || text[strlen(HOME)] == '\0')) {
		dir->absolute = false;
		return parts_join(text + strlen(HOME), dir);
	}
	/* Any other beginning is none that xdg-user-dirs takes. */
	dir->absolute = true;
	return text[0] == '/' ? parts_join(text, dir) : USER_DIRS_E_FORMAT;
}

int user_dirs_find(struct span text, const char *key, struct user_dir *ret_dir)
{
	struct user_dir dir = {.path = ""};
	int outcome = USER_DIRS_E_MISSING;
	struct span line;

	while (span_next(&text, '\n', &line)) {
		struct span name;

		line = span_trim(line);
		if (span_starts(line, key) && span_next(&line, '=', &name) &&
			span_eq(span_trim(name), key) && line.p) {
			outcome = value_take(span_trim(line), &dir);
		}
	}
	if (outcome == 0) {
		*ret_dir = dir;
	}
	return outcome;
}
