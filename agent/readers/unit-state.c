/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-state.h"

#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX (64 + UNIT_NAME_MAX)

/* In the order in which systemd prefers them */
static const char *const unit_dirs[] = {"etc/systemd/system", "run/systemd/system",
	"usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"};

bool unit_name_valid(const char *unit)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789:_.\\@-";
	size_t len = strlen(unit);

	return len > 0 && len <= UNIT_NAME_MAX && unit[0] != '.' && strspn(unit, allowed) == len;
}

bool unit_text_has_line(const char *text, const char *start)
{
	size_t len = strlen(start);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, start, len) == 0) {
			return true;
		}
	}
	return false;
}

/* Where the unit's file is; own_slice when it asks for another place than system.slice. */
static int unit_find(
	const struct sysroot *root, const char *unit, bool *ret_installed, bool *ret_own_slice)
{
	*ret_installed = *ret_own_slice = false;
	for (size_t i = 0; i < ARRAY_LEN(unit_dirs) && !*ret_installed; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_LEN_MAX];
		size_t len = 0;
		int r;

		snprintf(path, sizeof(path), "%s/%s", unit_dirs[i], unit);
		r = sysroot_read(root, path, UNIT_FILE_MAX, &text, &len);
		if (r == -ENOMEM) {
			return r;
		}
		if (r == FD_E_MISSING) {
			continue;
		}
		*ret_installed = true;
		*ret_own_slice = r == 0 && unit_text_has_line(text, "Slice=");
	}
	return 0;
}

enum group { GROUP_NONE, GROUP_EMPTY, GROUP_POPULATED };

static int group_look(
	const struct sysroot *root, const char *slice, const char *unit, enum group *ret_group)
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_LEN_MAX];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), "%s/%s/cgroup.events", slice, unit);
	r = sysroot_read(root, path, UNIT_FILE_MAX, &text, &len);
	if (r == 0) {
		*ret_group =
			unit_text_has_line(text, "populated 1") ? GROUP_POPULATED : GROUP_EMPTY;
		return 0;
	}
	if (r == -ENOMEM) {
		return r;
	}
	/* The first version of control groups has no events, only the list of processes. */
	snprintf(path, sizeof(path), "%s/%s/cgroup.procs", slice, unit);
	r = sysroot_read(root, path, UNIT_FILE_MAX, &text, &len);
	if (r == -ENOMEM) {
		return r;
	}
	*ret_group = r != 0 ? GROUP_NONE : len > 0 ? GROUP_POPULATED : GROUP_EMPTY;
	return 0;
}

static int groups_look(const struct sysroot *root, const char *unit, enum unit_running *ret_running)
{
	static const char *const slices[] = {"sys/fs/cgroup/system.slice",
		"sys/fs/cgroup/unified/system.slice", "sys/fs/cgroup/systemd/system.slice"};
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(slices); i++) {
		enum group group = GROUP_NONE;
		int r = group_look(root, slices[i], unit, &group);

		if (r < 0) {
			return r;
		}
		if (group == GROUP_POPULATED) {
			*ret_running = UNIT_ACTIVE;
			return 0;
		}
		any = any || sysroot_exists(root, slices[i]);
	}
	*ret_running = any ? UNIT_STOPPED : UNIT_UNSEEN;
	return 0;
}

int unit_look_running(const struct check_ctx *ctx, const char *unit, enum unit_running *ret_running)
{
	enum unit_running running = UNIT_ABSENT;
	bool installed, own_slice;
	int r;

	r = unit_find(ctx->root, unit, &installed, &own_slice);
	if (r == 0 && installed) {
		running = UNIT_UNSEEN;
		if (ctx->live) {
			r = groups_look(ctx->root, unit, &running);
		}
		if (running == UNIT_STOPPED && own_slice) {
			running = UNIT_UNSEEN;
		}
	}
	if (r == 0) {
		*ret_running = running;
	}
	return r;
}

/* A mask is a link to /dev/null, or an empty file. */
static int mask_look(
	const struct sysroot *root, const char *path, bool *ret_there, bool *ret_masked)
{
	cleanup(free_ptr) char *target = NULL;
	struct stat st;
	int r = sysroot_readlink(root, path, &target);

	if (r == -ENOMEM) {
		return r;
	}
	*ret_masked = r == 0 && target[0] == '/' && strcmp(target + 1, "dev/null") == 0;
	*ret_there = r == 0;
	if (r != 0) {
		r = sysroot_stat(root, path, &st);
		*ret_there = r == 0;
		*ret_masked = r == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
	}
	return 0;
}

/* A wish is a link in a target's directory; where it leads to does not matter. */
static bool unit_wanted(const struct sysroot *root, const char *dir, const char *unit)
{
	static const char *const targets[] = {"timers.target.wants", "multi-user.target.wants",
		"graphical.target.wants", "basic.target.wants", "default.target.wants",
		"sysinit.target.wants"};

	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		cleanup(free_ptr) char *target = NULL;
		char path[PATH_LEN_MAX + 32];

		snprintf(path, sizeof(path), "%s/%s/%s", dir, targets[i], unit);
		if (sysroot_readlink(root, path, &target) == 0 || sysroot_exists(root, path)) {
			return true;
		}
	}
	return false;
}

int unit_look_enablement(
	const struct sysroot *root, const char *unit, enum unit_enablement *ret_enablement)
{
	enum unit_enablement found = UNIT_NOT_INSTALLED;
	bool wanted = false;

	for (size_t i = 0; i < ARRAY_LEN(unit_dirs); i++) {
		char path[PATH_LEN_MAX];
		bool there = false, masked = false;
		int r;

		snprintf(path, sizeof(path), "%s/%s", unit_dirs[i], unit);
		r = mask_look(root, path, &there, &masked);
		if (r < 0) {
			return r;
		}
		if (there && found == UNIT_NOT_INSTALLED) {
			found = masked ? UNIT_MASKED : UNIT_DISABLED;
		}
		wanted = wanted || unit_wanted(root, unit_dirs[i], unit);
	}
	*ret_enablement = found == UNIT_DISABLED && wanted ? UNIT_ENABLED : found;
	return 0;
}
