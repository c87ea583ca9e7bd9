/* SPDX-License-Identifier: Apache-2.0 */
#include "os-release.h"

#include <string.h>

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{"BUILD_ID", offsetof(struct os_release, build_id)},
	{"ID", offsetof(struct os_release, id)},
	{"SUPPORT_END", offsetof(struct os_release, support_end)},
	{"VERSION_CODENAME", offsetof(struct os_release, codename)},
	{"VERSION_ID", offsetof(struct os_release, version_id)},
};

static bool value_plain(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];
		bool alnum =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (c == '\0' || !strchr("._:/+-", c))) {
			return false;
		}
	}
	return value.len <= OS_RELEASE_VALUE_MAX;
}

static struct span value_unquote(struct span value)
{
	value = span_trim(value);
	if (value.len >= 2 && (value.p[0] == '"' || value.p[0] == '\'') &&
		value.p[value.len - 1] == value.p[0]) {
		value.p++;
		value.len -= 2;
	}
	return value;
}

static void line_take(struct span line, struct os_release *release)
{
	struct span key;

	if (!span_next(&line, '=', &key)) {
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		char *field = (char *)release + keys[i].offset;
		struct span value;

		if (!span_eq(key, keys[i].key)) {
			continue;
		}
		value = value_unquote(line);
		if (!value_plain(value)) {
			value.len = 0;
		}
		if (value.len > 0) {
			memcpy(field, value.p, value.len);
		}
		field[value.len] = '\0';
	}
}

void os_release_parse(struct span text, struct os_release *ret_release)
{
	struct os_release release = {0};
	struct span line;

	while (span_next(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.len > 0 && line.p[0] != '#') {
			line_take(line, &release);
		}
	}
	*ret_release = release;
}

int os_release_read(const struct sysroot *root, struct os_release *ret_release)
{
	static const char *const paths[] = {"etc/os-release", "usr/lib/os-release"};
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = FD_E_MISSING;

	for (size_t i = 0; i < ARRAY_LEN(paths) && r == FD_E_MISSING; i++) {
		r = sysroot_read(root, paths[i], OS_RELEASE_MAX, &bytes, &len);
	}
	if (r == FD_E_MISSING) {
		return OS_RELEASE_E_MISSING;
	}
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		return OS_RELEASE_E_FORMAT;
	}
	os_release_parse((struct span){bytes, len}, ret_release);
	return ret_release->id[0] ? 0 : OS_RELEASE_E_FORMAT;
}
