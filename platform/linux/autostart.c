/* SPDX-License-Identifier: Apache-2.0 */
#include "autostart.h"
#include "homefiles.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define OWN ".config/autostart"
#define OWN_UNITS ".config/systemd/user"
#define SYSTEM "etc/xdg/autostart"
#define SYSTEM_UNITS "etc/systemd/user"
#define PATH_LEN_MAX 640
#define MASK_LEN 9 /* of the text of a link to systemd's mask */

struct span autostart_exec(struct span text)
{
	struct ini ini = {.rest = text, .section = {"", 0}};
	struct span exec = {"", 0};
	bool off = false;

	while (ini_next(&ini)) {
		if (!span_eq(ini.section, "Desktop Entry")) {
			continue;
		}
		if (span_eq(ini.key, "Exec")) {
			exec = ini.value;
		} else if (span_eq(ini.key, "Hidden")) {
			off = off || span_eq(ini.value, "true");
		} else if (span_eq(ini.key, "X-GNOME-Autostart-enabled") ||
			   span_eq(ini.key, "X-MATE-Autostart-enabled")) {
			off = off || span_eq(ini.value, "false");
		}
	}
	return off ? (struct span){"", 0} : exec;
}

static bool name_is_entry(const char *name)
{
	size_t len = strlen(name);

	return len > 8 && strcmp(name + len - 8, ".desktop") == 0;
}

static int entry_give(char *text, size_t len, autostart_fn fn, void *data)
{
	return fn(autostart_exec((struct span){text, len}), data);
}

static int own_each(const struct personal_place *place, autostart_fn fn, void *data, bool *unseen)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = homefiles_list(place->home, OWN, &names);

	if (r != 0) {
		*unseen = *unseen || r < 0;
		return r == -ENOMEM ? r : 0;
	}
	*unseen = *unseen || names.len > AUTOSTART_ENTRIES_MAX;
	for (size_t i = 0; r == 0 && i < names.len && i < AUTOSTART_ENTRIES_MAX; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_LEN_MAX];
		size_t len = 0;

		if (!name_is_entry(names.names[i])) {
			continue;
		}
		snprintf(path, sizeof(path), OWN "/%.255s", names.names[i]);
		r = homefiles_read(place->home, path, AUTOSTART_FILE_MAX, &text, &len);
		*unseen = *unseen || (r != 0 && r != FD_E_MISSING);
		r = text ? entry_give(text, len, fn, data) : r == -ENOMEM ? r : 0;
	}
	return r;
}

static int system_each(
	const struct personal_place *place, autostart_fn fn, void *data, bool *unseen)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(place->root, SYSTEM, &names);

	if (r != 0) {
		*unseen = *unseen || r < 0;
		return r == -ENOMEM ? r : 0;
	}
	*unseen = *unseen || names.len > AUTOSTART_ENTRIES_MAX;
	for (size_t i = 0; r == 0 && i < names.len && i < AUTOSTART_ENTRIES_MAX; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_LEN_MAX];
		struct stat st;
		size_t len = 0;

		snprintf(path, sizeof(path), OWN "/%.255s", names.names[i]);
		if (!name_is_entry(names.names[i]) || homefiles_stat(place->home, path, &st) == 0) {
			continue; /* the person's own takes its place */
		}
		snprintf(path, sizeof(path), SYSTEM "/%.255s", names.names[i]);
		r = sysroot_read(place->root, path, AUTOSTART_FILE_MAX, &text, &len);
		*unseen = *unseen || (r != 0 && r != FD_E_MISSING);
		r = text ? entry_give(text, len, fn, data) : r == -ENOMEM ? r : 0;
	}
	return r;
}

int autostart_each(
	const struct personal_place *place, autostart_fn fn, void *data, bool *ret_unseen)
{
	bool unseen = false;
	int r = own_each(place, fn, data, &unseen);

	if (r == 0) {
		r = system_each(place, fn, data, &unseen);
	}
	if (r == 0) {
		*ret_unseen = unseen;
	}
	return r;
}

/* A directory of units: of the person (home) or of the machine */
struct units {
	const struct personal_place *place;
	bool own;
	autostart_unit_fn fn;
	void *data;
	bool unseen;
};

static int units_list(struct units *units, const char *path, struct sysroot_names *ret_names)
{
	int r = units->own ? homefiles_list(units->place->home, path, ret_names)
			   : sysroot_list(units->place->root, path, ret_names);

	units->unseen = units->unseen || r < 0;
	return r == -ENOMEM ? r : 0;
}

/*
 * A mask is a link to /dev/null. Links are not followed, and one of another length leads elsewhere:
 * "systemctl --user enable /path" lays such a one for a unit that starts.
 */
static bool unit_masked(const struct personal_place *place, const char *unit)
{
	char path[PATH_LEN_MAX];
	struct stat st;

	snprintf(path, sizeof(path), OWN_UNITS "/%.255s", unit);
	return homefiles_stat(place->home, path, &st) == 0 && S_ISLNK(st.st_mode) &&
	       st.st_size == MASK_LEN;
}

static int wants_each(struct units *units, const char *dir)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = units_list(units, dir, &names);

	for (size_t i = 0; r == 0 && i < names.len && i < AUTOSTART_ENTRIES_MAX; i++) {
		if (!unit_masked(units->place, names.names[i])) {
			r = units->fn(names.names[i], units->data);
		}
	}
	return r;
}

static int units_each(struct units *units, const char *top)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = units_list(units, top, &names);

	for (size_t i = 0; r == 0 && i < names.len && i < AUTOSTART_ENTRIES_MAX; i++) {
		char path[PATH_LEN_MAX];
		size_t len = strlen(names.names[i]);

		if (len > 6 && strcmp(names.names[i] + len - 6, ".wants") == 0) {
			snprintf(path, sizeof(path), "%s/%.255s", top, names.names[i]);
			r = wants_each(units, path);
		}
	}
	return r;
}

int autostart_units_each(
	const struct personal_place *place, autostart_unit_fn fn, void *data, bool *ret_unseen)
{
	struct units own = {place, true, fn, data, false}, all = {place, false, fn, data, false};
	int r = units_each(&own, OWN_UNITS);

	if (r == 0) {
		r = units_each(&all, SYSTEM_UNITS);
	}
	if (r == 0) {
		*ret_unseen = own.unseen || all.unseen;
	}
	return r;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

bool autostart_word_next(struct span *command, struct span *ret_word)
{
	struct span word;
	const char *slash;

	if (!span_next(command, ' ', &word)) {
		return false;
	}
	word = span_trim(word);
	while (word.len > 0 && is_quote(word.p[0])) {
		word = (struct span){word.p + 1, word.len - 1};
	}
	while (word.len > 0 && is_quote(word.p[word.len - 1])) {
		word.len--;
	}
	slash = word.len > 0 ? memrchr(word.p, '/', word.len) : NULL;
	if (slash) {
		word.len -= (size_t)(slash + 1 - word.p);
		word.p = slash + 1;
	}
	*ret_word = word;
	return true;
}

int autostart_watch(personal_path_fn fn, void *data)
{
	static const char *const paths[] = {"~/" OWN "/", "~/" OWN_UNITS "/",
		"~/" OWN_UNITS "/default.target.wants/",
		"~/" OWN_UNITS "/graphical-session.target.wants/", "/" SYSTEM "/",
		"/" SYSTEM_UNITS "/default.target.wants/",
		"/" SYSTEM_UNITS "/graphical-session.target.wants/"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	return r;
}
