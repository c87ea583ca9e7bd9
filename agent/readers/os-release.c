/* SPDX-License-Identifier: Apache-2.0 */
#include "os-release.h"

#include <string.h>

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{"BUILD_ID", offsetof(struct os_release, build_id)},
	{"DEBIAN_CODENAME", offsetof(struct os_release, debian_codename)},
	{"ID", offsetof(struct os_release, id)},
	{"ID_LIKE", offsetof(struct os_release, id_like)},
	{"SUPPORT_END", offsetof(struct os_release, support_end)},
	{"UBUNTU_CODENAME", offsetof(struct os_release, ubuntu_codename)},
	{"VERSION_CODENAME", offsetof(struct os_release, codename)},
	{"VERSION_ID", offsetof(struct os_release, version_id)},
};

static bool value_plain(struct span value, bool blanks)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];
		bool alnum =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && !(blanks && c == ' ') && (c == '\0' || !strchr("._:/+-", c))) {
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
		if (!value_plain(value, span_eq(key, "ID_LIKE"))) {
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

static bool like(const struct os_release *os, const char *id)
{
	struct span words = span_z(os->id_like), word;

	while (span_next(&words, ' ', &word)) {
		if (span_eq(word, id)) {
			return true;
		}
	}
	return false;
}

struct os_base os_release_base(const struct os_release *os)
{
	static const char *const ids[] = {"ubuntu", "debian"};
	struct os_base base = {.version = "", .series = "", .derived = true};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		if (strcmp(os->id, ids[i]) == 0) {
			return (struct os_base){
				.id = ids[i], .version = os->version_id, .series = os->codename};
		}
	}
	/* An Ubuntu is also like Debian, so the word on Ubuntu counts first. */
	if (os->ubuntu_codename[0]) {
		base.id = "ubuntu";
		base.series = os->ubuntu_codename;
		return base;
	}
	if (os->debian_codename[0]) {
		base.id = "debian";
		base.series = os->debian_codename;
		return base;
	}
	base.series = os->codename;
	for (size_t i = 0; i < ARRAY_LEN(ids) && !base.id; i++) {
		base.id = like(os, ids[i]) ? ids[i] : NULL;
	}
	return base;
}
