/* SPDX-License-Identifier: Apache-2.0 */
#include "autologin.h"
#include "ini.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SEATS_MAX 64
#define DROPINS_MAX 256
#define PATH_LEN_MAX 512

bool autologin_masked(const struct sysroot *root, const char *path)
{
	cleanup(free_ptr) char *target = NULL;

	return sysroot_readlink(root, path, &target) == 0 && target[0] == '/' &&
	       strcmp(target + 1, "dev/null") == 0;
}

int autologin_read(const struct sysroot *root, const char *path, struct autologin *autologin,
	char **ret_text, size_t *ret_len)
{
	int r = sysroot_read(root, path, INI_FILE_MAX, ret_text, ret_len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r == -EACCES || r == -EPERM) {
		autologin->refused = true;
	} else if (r != 0 && r != FD_E_MISSING && !autologin_masked(root, path)) {
		autologin->damaged = true;
	}
	return 0;
}

static bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && strncasecmp(s.p, text, s.len) == 0;
}

static bool span_yes(struct span s)
{
	return span_is(s, "true") || span_is(s, "1") || span_is(s, "yes");
}

/* What the files of one display manager say so far: a later assignment replaces an earlier one. */
struct seat {
	uint64_t section; /* hash of its name */
	bool user;
};
struct settings {
	bool automatic, automatic_user, timed, timed_user; /* gdm */
	bool sddm_user;
	VEC(struct seat) seats; /* lightdm */
};

typedef int (*settings_fn)(const struct ini *ini, struct settings *settings);

/* daemon.conf: [daemon] AutomaticLoginEnable with AutomaticLogin, TimedLoginEnable with TimedLogin
 */
static int gdm_take(const struct ini *ini, struct settings *settings)
{
	if (!span_eq(ini->section, "daemon")) {
		return 0;
	}
	if (span_eq(ini->key, "AutomaticLoginEnable")) {
		settings->automatic = span_yes(ini->value);
	} else if (span_eq(ini->key, "AutomaticLogin")) {
		settings->automatic_user = ini->value.len > 0;
	} else if (span_eq(ini->key, "TimedLoginEnable")) {
		settings->timed = span_yes(ini->value);
	} else if (span_eq(ini->key, "TimedLogin")) {
		settings->timed_user = ini->value.len > 0;
	}
	return 0;
}

/* sddm.conf(5): [Autologin] User */
static int sddm_take(const struct ini *ini, struct settings *settings)
{
	if (span_eq(ini->section, "Autologin") && span_eq(ini->key, "User")) {
		settings->sddm_user = ini->value.len > 0 && !span_eq(ini->value, "\"\"");
	}
	return 0;
}

static uint64_t section_hash(struct span section)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < section.len; i++) {
		hash = (hash ^ (uint8_t)section.p[i]) * UINT64_C(1099511628211);
	}
	return hash;
}

/* lightdm.conf: autologin-user or autologin-guest of any seat */
static int lightdm_take(const struct ini *ini, struct settings *settings)
{
	bool guest = span_eq(ini->key, "autologin-guest");
	struct seat seat = {.section = section_hash(ini->section) ^ guest};

	if (!span_starts(ini->section, "Seat") ||
		(!guest && !span_eq(ini->key, "autologin-user"))) {
		return 0;
	}
	seat.user = guest ? span_yes(ini->value) : ini->value.len > 0;
	vec_for_each (old, &settings->seats) {
		if (old->section == seat.section) {
			old->user = seat.user;
			return 0;
		}
	}
	return vec_push(&settings->seats, seat, SEATS_MAX);
}

static int file_take(const struct sysroot *root, const char *path, settings_fn take,
	struct settings *settings, struct autologin *autologin)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	size_t len = 0;
	int r = autologin_read(root, path, autologin, &text, &len);

	if (r < 0 || !text) {
		return r;
	}
	if (memchr(text, '\0', len)) {
		autologin->damaged = true;
	}
	ini.rest = (struct span){text, len};
	while (r == 0 && ini_next(&ini)) {
		r = take(&ini, settings);
	}
	if (r == -ENOSPC) {
		autologin->damaged = true;
		r = 0;
	}
	return r;
}

static bool name_conf(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

static int directory_take(const struct sysroot *root, const char *dir, settings_fn take,
	struct settings *settings, struct autologin *autologin)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, dir, &names);

	if (r != 0) {
		if (r == -EACCES || r == -EPERM) {
			autologin->refused = true;
		}
		return r == -ENOMEM ? r : 0;
	}
	autologin->damaged = autologin->damaged || names.len > DROPINS_MAX;
	r = 0;
	for (size_t i = 0; i < names.len && i < DROPINS_MAX && r == 0; i++) {
		char path[PATH_LEN_MAX];

		if (name_conf(names.names[i])) {
			snprintf(path, sizeof(path), "%.200s/%.255s", dir, names.names[i]);
			r = file_take(root, path, take, settings, autologin);
		}
	}
	return r;
}

static const struct manager {
	const char *name; /* of the unit and of the program */
	const char *programs[2];
	settings_fn take;
	const char *sources[4]; /* in the order of reading; a directory ends with "/" */
} managers[] = {
	{"gdm", {"usr/sbin/gdm", "usr/bin/gdm"}, gdm_take,
		{"etc/gdm/custom.conf", "run/gdm/custom.conf"}},
	{"gdm3", {"usr/sbin/gdm3"}, gdm_take,
		{"etc/gdm3/daemon.conf", "etc/gdm3/custom.conf", "run/gdm3/custom.conf"}},
	{"lightdm", {"usr/sbin/lightdm", "usr/bin/lightdm"}, lightdm_take,
		{"usr/share/lightdm/lightdm.conf.d/", "etc/xdg/lightdm/lightdm.conf.d/",
			"etc/lightdm/lightdm.conf.d/", "etc/lightdm/lightdm.conf"}},
	{"sddm", {"usr/bin/sddm", "usr/sbin/sddm"}, sddm_take,
		{"usr/lib/sddm/sddm.conf.d/", "etc/sddm.conf.d/", "etc/sddm.conf"}},
};

static int manager_look(
	const struct sysroot *root, const struct manager *manager, struct autologin *autologin)
{
	struct settings settings = {.automatic = false};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(manager->sources) && manager->sources[i] && r == 0; i++) {
		const char *source = manager->sources[i];
		size_t len = strlen(source);
		char dir[PATH_LEN_MAX];

		if (source[len - 1] != '/') {
			r = file_take(root, source, manager->take, &settings, autologin);
			continue;
		}
		snprintf(dir, sizeof(dir), "%.*s", (int)len - 1, source);
		r = directory_take(root, dir, manager->take, &settings, autologin);
	}
	autologin->on = autologin->on || settings.sddm_user ||
			(settings.automatic && settings.automatic_user) ||
			(settings.timed && settings.timed_user);
	vec_for_each (seat, &settings.seats) {
		autologin->on = autologin->on || seat->user;
	}
	vec_free(&settings.seats);
	return r;
}

static bool manager_installed(const struct sysroot *root, const struct manager *manager)
{
	for (size_t i = 0; i < ARRAY_LEN(manager->programs); i++) {
		if (manager->programs[i] && sysroot_exists(root, manager->programs[i])) {
			return true;
		}
	}
	return false;
}

/* "gdm3" of "/usr/lib/systemd/system/gdm3.service"; empty when no display manager is chosen */
static int manager_chosen(const struct sysroot *root, char *name, size_t size)
{
	cleanup(free_ptr) char *target = NULL;
	const char *base;
	int r = sysroot_readlink(root, "etc/systemd/system/display-manager.service", &target);

	name[0] = '\0';
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	base = strrchr(target, '/');
	base = base ? base + 1 : target;
	if (strcmp(base, "null") == 0) {
		return 0; /* masked */
	}
	snprintf(name, size, "%.*s", (int)strcspn(base, "."), base);
	return 0;
}

/* Debian's gdm3 unit is linked as gdm.service or gdm3.service, by release. */
static bool name_fits(const struct manager *manager, const char *chosen)
{
	return strcmp(manager->name, chosen) == 0 ||
	       (strncmp(manager->name, "gdm", 3) == 0 && strncmp(chosen, "gdm", 3) == 0);
}

int autologin_look_display(const struct sysroot *root, struct autologin *autologin)
{
	char chosen[64];
	bool known = false;
	int r = manager_chosen(root, chosen, sizeof(chosen));

	for (size_t i = 0; i < ARRAY_LEN(managers) && r == 0; i++) {
		bool fits = name_fits(&managers[i], chosen);

		known = known || fits;
		if (fits || (chosen[0] == '\0' && manager_installed(root, &managers[i]))) {
			r = manager_look(root, &managers[i], autologin);
		}
	}
	autologin->unknown = autologin->unknown || (chosen[0] != '\0' && !known);
	return r;
}
