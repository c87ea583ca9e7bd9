/* SPDX-License-Identifier: Apache-2.0 */
#include "units.h"

#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 768
#define EVENTS_MAX ((size_t)4096)

static const char *const unit_dirs[] = {
	"etc/systemd/system", "run/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"};

/* A link to /dev/null, or an empty file, in the first directory that has it */
static int unit_find(
	const struct sysroot *root, const char *unit, bool *ret_there, bool *ret_masked)
{
	*ret_there = *ret_masked = false;
	for (size_t i = 0; i < ARRAY_LEN(unit_dirs) && !*ret_there; i++) {
		cleanup(free_ptr) char *target = NULL;
		char path[PATH_LEN_MAX];
		struct stat st;
		int r;

		snprintf(path, sizeof(path), "%s/%s", unit_dirs[i], unit);
		r = sysroot_readlink(root, path, &target);
		if (r == -ENOMEM) {
			return r;
		}
		if (r == 0) {
			const char *base = strrchr(target, '/');

			*ret_there = true;
			*ret_masked = strcmp(base ? base + 1 : target, "null") == 0;
		} else if (sysroot_stat(root, path, &st) == 0) {
			*ret_there = true;
			*ret_masked = S_ISREG(st.st_mode) && st.st_size == 0;
		}
	}
	return 0;
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* "multi-user.target.wants/ssh.service" and its like */
static int unit_wanted(const struct sysroot *root, const char *unit, bool *ret_wanted)
{
	*ret_wanted = false;
	for (size_t i = 0; i < ARRAY_LEN(unit_dirs) && !*ret_wanted; i++) {
		cleanup(sysroot_names_finish) struct sysroot_names names = {0};
		int r = sysroot_list(root, unit_dirs[i], &names);

		if (r == -ENOMEM) {
			return r;
		}
		for (size_t n = 0; n < names.len && !*ret_wanted; n++) {
			cleanup(free_ptr) char *target = NULL;
			char path[PATH_LEN_MAX];

			if (!ends_with(names.names[n], ".wants") &&
				!ends_with(names.names[n], ".requires") &&
				!ends_with(names.names[n], ".upholds")) {
				continue;
			}
			snprintf(path, sizeof(path), "%s/%.255s/%s", unit_dirs[i], names.names[n],
				unit);
			r = sysroot_readlink(root, path, &target);
			if (r == -ENOMEM) {
				return r;
			}
			*ret_wanted = r == 0 || sysroot_exists(root, path);
		}
	}
	return 0;
}

static int unit_runs(const struct sysroot *root, const char *unit, bool *ret_runs)
{
	static const char *const slices[] = {
		"sys/fs/cgroup/system.slice", "sys/fs/cgroup/unified/system.slice"};

	*ret_runs = false;
	for (size_t i = 0; i < ARRAY_LEN(slices) && !*ret_runs; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_LEN_MAX];
		size_t len = 0;
		int r;

		snprintf(path, sizeof(path), "%s/%s/cgroup.events", slices[i], unit);
		r = sysroot_read(root, path, EVENTS_MAX, &text, &len);
		if (r == -ENOMEM) {
			return r;
		}
		*ret_runs = r == 0 && strstr(text, "populated 1");
	}
	return 0;
}

int units_look(const struct sysroot *root, const char *unit, bool live, enum unit_state *ret_state)
{
	bool there = false, masked = false, wanted = false, runs = false;
	int r = unit_find(root, unit, &there, &masked);

	if (r == 0 && there && !masked) {
		r = unit_wanted(root, unit, &wanted);
	}
	if (r == 0 && live) {
		r = unit_runs(root, unit, &runs);
	}
	if (r == 0) {
		*ret_state = runs			  ? UNIT_RUNNING
			     : there && !masked && wanted ? UNIT_ENABLED
			     : there			  ? UNIT_OFF
							  : UNIT_ABSENT;
	}
	return r;
}
