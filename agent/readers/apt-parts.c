/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-parts.h"

#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 512

bool apt_parts_name_read(const char *name, const char *extension)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-:.";
	const char *dot = strrchr(name, '.');

	return name[0] != '\0' && name[0] != '.' && name[strspn(name, allowed)] == '\0' &&
	       (dot ? dot[1] != '\0' && strcmp(dot + 1, extension) == 0 : extension[0] == '\0');
}

static bool name_wanted(const struct apt_parts *parts, const char *name)
{
	for (size_t i = 0; i < APT_PARTS_EXTENSIONS_MAX; i++) {
		if (parts->extensions[i] && apt_parts_name_read(name, parts->extensions[i])) {
			return true;
		}
	}
	return false;
}

static int file_take(const struct sysroot *root, const struct apt_parts *parts, const char *path,
	apt_parts_fn fn, void *data)
{
	cleanup(free_ptr) char *text = NULL;
	const char *slash = strrchr(path, '/');
	size_t len = 0;
	int r = sysroot_read(root, path, parts->file_max, &text, &len);

	switch (r) {
	case 0:
		return fn((struct span){text, len}, slash ? slash + 1 : path, data);
	case FD_E_MISSING:
		return 0;
	case FD_E_NOT_REGULAR:
	case -EISDIR:
		return parts->strict ? APT_PARTS_E_FORMAT : 0;
	case -EACCES:
	case -EPERM:
		return APT_PARTS_E_PERMITTED;
	case -ENOMEM:
		return r;
	default:
		return APT_PARTS_E_FORMAT;
	}
}

static int dir_take(
	const struct sysroot *root, const struct apt_parts *parts, apt_parts_fn fn, void *data)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, parts->dir, &names);

	switch (r) {
	case 0:
		break;
	case FD_E_MISSING:
		return 0;
	case -EACCES:
	case -EPERM:
		return APT_PARTS_E_PERMITTED;
	case -ENOMEM:
		return r;
	default:
		return APT_PARTS_E_FORMAT;
	}
	if (names.len > APT_PARTS_MAX) {
		return APT_PARTS_E_LIMIT;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		char path[PATH_LEN_MAX];

		if (name_wanted(parts, names.names[i])) {
			snprintf(path, sizeof(path), "%.200s/%.255s", parts->dir, names.names[i]);
			r = file_take(root, parts, path, fn, data);
		}
	}
	return r;
}

int apt_parts_read(
	const struct sysroot *root, const struct apt_parts *parts, apt_parts_fn fn, void *data)
{
	int r = 0;

	if (!parts->file_last) {
		r = file_take(root, parts, parts->file, fn, data);
	}
	if (r == 0) {
		r = dir_take(root, parts, fn, data);
	}
	if (r == 0 && parts->file_last) {
		r = file_take(root, parts, parts->file, fn, data);
	}
	return r;
}
