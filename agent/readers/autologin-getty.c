/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agetty(8) logs in by "--autologin NAME" or "-a NAME". The option stands in a unit of getty, or in
 * a drop-in of one; a file of the same name in a directory before it hides it (systemd.unit(5)).
 */
#include "autologin.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 700
#define UNITS_MAX 4096

static const char *const unit_dirs[] = {"etc/systemd/system", "run/systemd/system",
	"usr/local/lib/systemd/system", "usr/lib/systemd/system"};

static bool name_getty(const char *name)
{
	static const char *const starts[] = {
		"autovt@", "console-getty.service", "container-getty@", "getty@", "serial-getty@"};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		if (strncmp(name, starts[i], strlen(starts[i])) == 0) {
			return true;
		}
	}
	return false;
}

static bool name_ends(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && strcmp(name + len - n, suffix) == 0;
}

static bool command_logs_in(struct span command)
{
	struct span word;

	while (span_next(&command, ' ', &word)) {
		word = span_trim(word);
		if (span_eq(word, "-a") || span_starts(word, "--autologin")) {
			return true;
		}
	}
	return false;
}

/* Is a file of this name in one of the directories before number n? */
static bool name_hidden(const struct sysroot *root, size_t n, const char *relative)
{
	for (size_t i = 0; i < n; i++) {
		char path[PATH_LEN_MAX];

		snprintf(path, sizeof(path), "%s/%s", unit_dirs[i], relative);
		if (sysroot_exists(root, path)) {
			return true;
		}
	}
	return false;
}

static int file_look(
	const struct sysroot *root, size_t dir, const char *relative, struct autologin *autologin)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	char path[PATH_LEN_MAX];
	size_t len = 0;
	bool on = false;
	int r;

	if (name_hidden(root, dir, relative)) {
		return 0;
	}
	snprintf(path, sizeof(path), "%s/%s", unit_dirs[dir], relative);
	r = autologin_read(root, path, autologin, &text, &len);
	if (r < 0 || !text) {
		return r;
	}
	/* An empty assignment takes back the ones before it; a line may go on after a "\" */
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (span_eq(ini.key, "ExecStart") && ini.value.len == 0) {
			on = false;
		} else if (span_eq(ini.section, "Service") &&
			   (span_eq(ini.key, "ExecStart") || ini.key.len == 0)) {
			on = on || command_logs_in(ini.value);
		}
	}
	autologin->on = autologin->on || on;
	return 0;
}

static int dropins_look(
	const struct sysroot *root, size_t dir, const char *unit_dir, struct autologin *autologin)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[PATH_LEN_MAX];
	int r;

	snprintf(path, sizeof(path), "%s/%s", unit_dirs[dir], unit_dir);
	r = sysroot_list(root, path, &names);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && i < UNITS_MAX && r == 0; i++) {
		if (name_ends(names.names[i], ".conf")) {
			snprintf(path, sizeof(path), "%s/%s", unit_dir, names.names[i]);
			r = file_look(root, dir, path, autologin);
		}
	}
	return r;
}

int autologin_look_getty(const struct sysroot *root, struct autologin *autologin)
{
	int r = 0;

	for (size_t d = 0; d < ARRAY_LEN(unit_dirs) && r == 0; d++) {
		cleanup(sysroot_names_finish) struct sysroot_names names = {0};

		r = sysroot_list(root, unit_dirs[d], &names);
		if (r != 0) {
			r = r == -ENOMEM ? r : 0;
			continue;
		}
		for (size_t i = 0; i < names.len && r == 0; i++) {
			if (!name_getty(names.names[i])) {
				continue;
			}
			if (name_ends(names.names[i], ".service.d")) {
				r = dropins_look(root, d, names.names[i], autologin);
			} else if (name_ends(names.names[i], ".service")) {
				r = file_look(root, d, names.names[i], autologin);
			}
		}
	}
	return r;
}
