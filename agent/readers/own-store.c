/* SPDX-License-Identifier: Apache-2.0 */
#include "own-store.h"

#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 400

static int outcome_of(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case FD_E_MISSING:
	case -ENOENT:
		return OWN_STORE_E_ABSENT;
	case -EACCES:
	case -EPERM:
		return OWN_STORE_E_REFUSED;
	default:
		return OWN_STORE_E_FORMAT;
	}
}

static bool ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name), tail = strlen(ending);

	return len >= tail && strcmp(name + len - tail, ending) == 0;
}

int own_store_list(const struct sysroot *root, const char *path, const char *ending,
	struct sysroot_names *ret_names)
{
	struct sysroot_names names = {0};
	int r = outcome_of(sysroot_list(root, path, &names));
	size_t kept = 0;

	if (r == OWN_STORE_E_ABSENT && own_store_find(root, path) != OWN_STORE_E_ABSENT) {
		return OWN_STORE_E_FORMAT; /* something, and no directory */
	}
	if (r != 0) {
		return r;
	}
	for (size_t i = 0; i < names.len; i++) {
		if (ends_with(names.names[i], ending)) {
			names.names[kept++] = names.names[i];
		} else {
			free(names.names[i]);
		}
	}
	names.len = kept;
	if (kept > OWN_NAMES_MAX) {
		sysroot_names_finish(&names);
		return OWN_STORE_E_FORMAT;
	}
	*ret_names = names;
	return 0;
}

static int stat_below(
	const struct sysroot *root, const char *dir, const char *name, struct stat *ret_stat)
{
	char path[PATH_LEN_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path)) {
		return OWN_STORE_E_FORMAT;
	}
	return outcome_of(sysroot_stat(root, path, ret_stat));
}

int own_store_age(
	const struct sysroot *root, const char *dir, const char *name, int64_t *ret_wall_s)
{
	struct stat st;
	int r = stat_below(root, dir, name, &st);

	if (r == 0) {
		*ret_wall_s = st.st_mtim.tv_sec;
	}
	return r;
}

int own_store_find(const struct sysroot *root, const char *path)
{
	struct stat st;

	return outcome_of(sysroot_stat(root, path, &st));
}
