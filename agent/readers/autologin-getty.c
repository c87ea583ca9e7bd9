/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agetty(8) logs in by "--autologin NAME" or "-a NAME". The option stands in a unit of getty, or in
 * a drop-in of one. As systemd.unit(5) has it: a file hides those of the same name in directories
 * after its own; drop-ins of an instance and of its template are read in the order of their names,
 * whatever directory they are in, and an empty assignment takes back what was said before.
 */
#include "autologin.h"
#include "ini.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 700
#define UNITS_MAX 128
#define DROPINS_MAX 256

static const char *const unit_dirs[] = {"etc/systemd/system", "run/systemd/system",
	"usr/local/lib/systemd/system", "usr/lib/systemd/system"};

struct name {
	char text[NAME_MAX + 1];
};
struct dropin {
	size_t dir;
	bool of_template;
	char name[NAME_MAX + 1];
};
typedef VEC(struct name) units_t;
typedef VEC(struct dropin) dropins_t;

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

static bool words_log_in(struct span command)
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

/* What the files of a unit say so far */
static void text_take(struct span text, bool *on)
{
	struct ini ini = {.rest = text};
	bool goes_on = false, start = false;

	while (ini_next(&ini)) {
		if (!goes_on) {
			start = span_eq(ini.section, "Service") && span_eq(ini.key, "ExecStart");
			*on = *on && !(start && ini.value.len == 0);
		}
		if (start && (words_log_in(ini.value) || (goes_on && words_log_in(ini.key)))) {
			*on = true;
		}
		goes_on = ini.value.len > 0 && ini.value.p[ini.value.len - 1] == '\\';
	}
}

static int file_take(
	const struct sysroot *root, const char *path, bool *on, struct autologin *autologin)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = autologin_read(root, path, autologin, &text, &len);

	if (r == 0 && text) {
		text_take((struct span){text, len}, on);
	}
	return r;
}

/* "getty@.service" of "getty@tty1.service"; false for what is no instance */
static bool template_of(const char *unit, char *template, size_t size)
{
	const char *at = strchr(unit, '@');

	if (!at || strcmp(at, "@.service") == 0) {
		return false;
	}
	snprintf(template, size, "%.*s@.service", (int)(at - unit), unit);
	return true;
}

static bool unit_find(const struct sysroot *root, const char *unit, char *path, size_t size)
{
	struct stat st;

	for (size_t d = 0; d < ARRAY_LEN(unit_dirs); d++) {
		snprintf(path, size, "%s/%s", unit_dirs[d], unit);
		if (sysroot_stat(root, path, &st) == 0 || autologin_masked(root, path)) {
			return true;
		}
	}
	return false;
}

static int dropins_add(const struct sysroot *root, size_t dir, const char *unit, bool of_template,
	dropins_t *dropins)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[PATH_LEN_MAX];
	int r;

	snprintf(path, sizeof(path), "%s/%s.d", unit_dirs[dir], unit);
	r = sysroot_list(root, path, &names);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		struct dropin dropin = {.dir = dir, .of_template = of_template};
		bool hidden = false;

		if (!name_ends(names.names[i], ".conf")) {
			continue;
		}
		vec_for_each (other, dropins) {
			hidden = hidden || strcmp(other->name, names.names[i]) == 0;
		}
		if (!hidden) {
			snprintf(dropin.name, sizeof(dropin.name), "%s", names.names[i]);
			r = vec_push(dropins, dropin, DROPINS_MAX);
		}
	}
	return r;
}

static int dropin_compare(const void *a, const void *b)
{
	const struct dropin *one = a, *two = b;

	return strcmp(one->name, two->name);
}

static int dropins_take(const struct sysroot *root, const char *unit, const char *template,
	bool *on, struct autologin *autologin)
{
	dropins_t dropins = {0};
	int r = 0;

	for (size_t d = 0; d < ARRAY_LEN(unit_dirs) && r == 0; d++) {
		r = dropins_add(root, d, unit, false, &dropins);
		if (r == 0 && template[0] != '\0') {
			r = dropins_add(root, d, template, true, &dropins);
		}
	}
	if (dropins.len > 1) {
		qsort(dropins.items, dropins.len, sizeof(*dropins.items), dropin_compare);
	}
	vec_for_each (dropin, &dropins) {
		char path[PATH_LEN_MAX];

		if (r == 0) {
			snprintf(path, sizeof(path), "%s/%s.d/%s", unit_dirs[dropin->dir],
				dropin->of_template ? template : unit, dropin->name);
			r = file_take(root, path, on, autologin);
		}
	}
	vec_free(&dropins);
	return r;
}

static int unit_take(const struct sysroot *root, const char *unit, struct autologin *autologin)
{
	char path[PATH_LEN_MAX], template[NAME_MAX + 1] = "";
	bool on = false;
	int r = 0;

	if (unit_find(root, unit, path, sizeof(path)) ||
		(template_of(unit, template, sizeof(template)) &&
			unit_find(root, template, path, sizeof(path)))) {
		if (autologin_masked(root, path)) {
			return 0; /* it never starts */
		}
		r = file_take(root, path, &on, autologin);
	}
	(void)template_of(unit, template, sizeof(template));
	if (r == 0) {
		r = dropins_take(root, unit, template, &on, autologin);
	}
	autologin->on = autologin->on || on;
	return r;
}

/* Units that are there, or that a drop-in is for */
static int units_add(const struct sysroot *root, const char *dir, units_t *units)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, dir, &names);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		struct name unit;
		bool known = false;

		if (!name_getty(names.names[i])) {
			continue;
		}
		snprintf(unit.text, sizeof(unit.text), "%s", names.names[i]);
		if (name_ends(unit.text, ".service.d")) {
			unit.text[strlen(unit.text) - 2] = '\0';
		}
		if (!name_ends(unit.text, ".service")) {
			continue;
		}
		vec_for_each (other, units) {
			known = known || strcmp(other->text, unit.text) == 0;
		}
		r = known ? 0 : vec_push(units, unit, UNITS_MAX);
	}
	return r;
}

int autologin_look_getty(const struct sysroot *root, struct autologin *autologin)
{
	units_t units = {0};
	int r = 0;

	for (size_t d = 0; d < ARRAY_LEN(unit_dirs) && r == 0; d++) {
		r = units_add(root, unit_dirs[d], &units);
	}
	vec_for_each (unit, &units) {
		if (r == 0) {
			r = unit_take(root, unit->text, autologin);
		}
	}
	vec_free(&units);
	if (r == -ENOSPC) {
		autologin->damaged = true; /* more of them than anybody has */
		r = 0;
	}
	return r;
}
