/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BACKUP: days of the person's own backups. Deja Dup's last-backup is the last that succeeded (its
 * schema); as a flatpak it keeps its settings in a file of its own. Borg's manifest-timestamp is
 * from the last time it wrote to a repository, be it that it only tidied up. Where a backup goes to
 * and what is in it is never read.
 */
#include "clock.h"
#include "dconf.h"
#include "homefiles.h"
#include "ini.h"
#include "personal-parts.h"

#include <stdio.h>

#define BORG ".config/borg/security"
#define BORG_REPOSITORIES_MAX 64
#define BORG_STAMP_MAX ((size_t)4096)
#define DATE_LEN 10
#define KEYFILE ".var/app/org.gnome.DejaDup/config/glib-2.0/settings/keyfile"
#define KEYFILE_MAX ((size_t)64 << 10)
#define LAST_BACKUP "/org/gnome/deja-dup/last-backup"

/* NOT_SEEN stays, any day is better than ABSENT, a later one better than an earlier */
static void day_take(int64_t *value, int64_t day)
{
	if (*value != PERSONAL_NOT_SEEN && day > *value) {
		*value = day;
	}
}

/* ISO 8601; of "" nothing was ever done */
static void date_take(int64_t *value, struct span text)
{
	int64_t wall_s;

	if (text.len == 0) {
		return;
	}
	if (text.len < DATE_LEN || clock_parse(text.p, DATE_LEN, &wall_s) < 0) {
		*value = PERSONAL_NOT_SEEN;
		return;
	}
	day_take(value, wall_s / CLOCK_DAY_S);
}

static int deja_dup_dconf(const struct personal_place *place, int64_t *value)
{
	cleanup(dconf_finish) struct dconf dconf = {.n = 0};
	struct gvariant last;
	struct span text;
	bool fixed;
	int r = dconf_open(place, &dconf);

	if (r < 0) {
		return r;
	}
	if (r == 0) {
		r = dconf_read(&dconf, LAST_BACKUP, &last, &fixed);
	}
	if (r == DCONF_E_NONE) {
		return 0;
	}
	if (r == 0 && gvariant_string(&last, &text) == 0) {
		date_take(value, text);
	} else {
		*value = PERSONAL_NOT_SEEN;
	}
	return r < 0 ? r : 0;
}

/* last-backup='2026-11-20T10:00:00.000000Z', as GKeyfileSettingsBackend writes it */
static int deja_dup_keyfile(const struct personal_place *place, int64_t *value)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}, .section = {"", 0}};
	size_t len = 0;
	int r = homefiles_read(place->home, KEYFILE, KEYFILE_MAX, &text, &len);

	if (r != 0) {
		*value = r == FD_E_MISSING ? *value : PERSONAL_NOT_SEEN;
		return r == -ENOMEM ? r : 0;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		struct span date = ini.value;

		if (!span_eq(ini.section, "org/gnome/deja-dup") ||
			!span_eq(ini.key, "last-backup")) {
			continue;
		}
		if (date.len >= 2 && date.p[0] == '\'') {
			date = (struct span){date.p + 1, date.len - 2};
		}
		date_take(value, date);
	}
	return 0;
}

static int borg_look(const struct personal_place *place, int64_t *value)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = homefiles_list(place->home, BORG, &names);

	if (r != 0) {
		*value = r == FD_E_MISSING ? *value : PERSONAL_NOT_SEEN;
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < names.len && i < BORG_REPOSITORIES_MAX; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[400];
		size_t len = 0;

		snprintf(path, sizeof(path), BORG "/%.255s/manifest-timestamp", names.names[i]);
		r = homefiles_read(place->home, path, BORG_STAMP_MAX, &text, &len);
		if (r == 0) {
			date_take(value, (struct span){text, len});
		} else if (r < 0) {
			*value = PERSONAL_NOT_SEEN;
		}
		r = r == -ENOMEM ? r : 0;
	}
	return r;
}

static int backup_read(const struct personal_place *place, struct personal *personal)
{
	int64_t deja_dup = PERSONAL_ABSENT, borg = PERSONAL_ABSENT;
	int r = deja_dup_dconf(place, &deja_dup);

	if (r == 0) {
		r = deja_dup_keyfile(place, &deja_dup);
	}
	if (r == 0) {
		r = borg_look(place, &borg);
	}
	if (r == 0) {
		personal->values[PERSONAL_BACKUP_DEJA_DUP_DAY] = deja_dup;
		personal->values[PERSONAL_BACKUP_BORG_DAY] = borg;
	}
	return r;
}

static int backup_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	int r = fn("~/" BORG "/", data);

	if (r == 0) {
		r = fn("~/" KEYFILE, data);
	}
	return r == 0 ? dconf_watch(place, fn, data) : r;
}

const struct personal_collector personal_backup = {.read = backup_read, .watch = backup_watch};
