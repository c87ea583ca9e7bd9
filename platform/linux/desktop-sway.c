/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sway locks when its configuration starts swayidle, which starts swaylock. The first file of
 * sway(5)'s list counts; the person can always write one of their own, so nothing is fixed. No
 * program of sway's looks at a medium.
 */
#include "autostart.h"
#include "desktop.h"
#include "homefiles.h"
#include "sway-config.h"

#include <stdio.h>
#include <string.h>

#define CONF_DIR "etc/sway/config.d"
#define PATH_LEN_MAX 384

struct place_name {
	const char *name;
	bool home;
};
static const struct place_name configs[] = {
	{".sway/config", true},
	{".config/sway/config", true},
	{".i3/config", true},
	{".config/i3/config", true},
	{"etc/sway/config", false},
	{"etc/i3/config", false},
};
static const struct place_name idle_configs[] = {
	{".config/swayidle/config", true},
	{".swayidle/config", true},
	{"etc/swayidle/config", false},
};

/* FD_E_MISSING when none is there */
static int read_first(const struct personal_place *place, const struct place_name *names, size_t n,
	char **ret_text, size_t *ret_len)
{
	int r = FD_E_MISSING;

	for (size_t i = 0; r == FD_E_MISSING && i < n; i++) {
		r = names[i].home ? homefiles_read(place->home, names[i].name, SWAY_FILE_MAX,
					    ret_text, ret_len)
				  : sysroot_read(place->root, names[i].name, SWAY_FILE_MAX,
					    ret_text, ret_len);
	}
	return r;
}

static int take_included(const struct sysroot *root, struct sway_idle *idle)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, CONF_DIR, &names);

	idle->odd = idle->odd || r < 0;
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_LEN_MAX];
		size_t len = 0;

		(void)snprintf(path, sizeof(path), CONF_DIR "/%.255s", names.names[i]);
		r = sysroot_read(root, path, SWAY_FILE_MAX, &text, &len);
		if (r == 0) {
			sway_config_take((struct span){text, len}, idle);
		} else if (r != -ENOMEM) {
			idle->odd = true;
			r = 0;
		}
	}
	return r == -ENOMEM ? r : 0;
}

static int take_idle_config(const struct personal_place *place, struct sway_idle *idle)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = read_first(place, idle_configs, ARRAY_LEN(idle_configs), &text, &len);

	if (r == 0) {
		/* swayidle waits for those of the file, too, if it was told to: which is not kept
		 */
		swayidle_config_take((struct span){text, len}, false, idle);
	} else if (r != FD_E_MISSING) {
		idle->odd = true;
	}
	return r == -ENOMEM ? r : 0;
}

static int take_unit(const char *unit, void *data)
{
	struct sway_idle *idle = data;

	idle->others = idle->others || strstr(unit, "idle") || strstr(unit, "lock") ||
		       strstr(unit, "sway");
	return 0;
}

static bool is_installed(const struct sysroot *root)
{
	return (sysroot_exists(root, "usr/bin/swayidle") ||
		       sysroot_exists(root, "usr/local/bin/swayidle")) &&
	       (sysroot_exists(root, "usr/bin/swaylock") ||
		       sysroot_exists(root, "usr/local/bin/swaylock"));
}

static int sway_read(const struct personal_place *place, const struct desktop_session *session,
	struct desktop_facts *facts)
{
	cleanup(free_ptr) char *text = NULL;
	struct sway_idle idle = {.lock_after_s = 0};
	size_t len = 0;
	bool unseen = false;
	int r = read_first(place, configs, ARRAY_LEN(configs), &text, &len);

	(void)session;
	facts->autorun_off = 1;
	facts->autorun_fixed = 1;
	facts->lock_fixed = 0;
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	sway_config_take((struct span){text, len}, &idle);
	r = idle.includes ? take_included(place->root, &idle) : 0;
	if (r == 0 && idle.starts) {
		r = take_idle_config(place, &idle);
	}
	if (r == 0) {
		r = autostart_units_each(place, take_unit, &idle, &unseen);
	}
	if (r < 0 || idle.odd) {
		return r;
	}
	unseen = unseen || idle.others || (idle.starts && !is_installed(place->root));
	if (idle.lock_after_s > 0 && is_installed(place->root)) {
		facts->lock_after_s = idle.lock_after_s;
	} else if (!unseen) {
		facts->lock_after_s = PERSONAL_ABSENT;
	}
	if (idle.sleep_locks && is_installed(place->root)) {
		facts->lock_on_resume = 1;
	} else if (!unseen) {
		facts->lock_on_resume = 0;
	}
	return 0;
}

static int watch_all(const struct place_name *names, size_t n, personal_path_fn fn, void *data)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		char path[PATH_LEN_MAX];

		(void)snprintf(
			path, sizeof(path), "%s/%s", names[i].home ? "~" : "", names[i].name);
		r = fn(path, data);
	}
	return r;
}

static int sway_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	static const char *const paths[] = {
		"/" CONF_DIR "/", "/usr/bin/swayidle", "/usr/bin/swaylock"};
	int r = watch_all(configs, ARRAY_LEN(configs), fn, data);

	(void)place;
	if (r == 0) {
		r = watch_all(idle_configs, ARRAY_LEN(idle_configs), fn, data);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	return r == 0 ? autostart_watch(fn, data) : r;
}

const struct desktop_reader desktop_sway = {.read = sway_read, .watch = sway_watch};
