/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CLIENTS: whether this person's desktop sends reports to its makers. GNOME by two keys of
 * org.gnome.desktop.privacy, Plasma by the level that KUserFeedback is set to (0: nothing), Ubuntu
 * by the consent that its Insights keeps. What was reported is not looked at.
 */
#include "gsettings.h"
#include "homefiles.h"
#include "ini.h"
#include "kconfig.h"
#include "personal-parts.h"
#include "str.h"

#include <string.h>

#define FILE_MAX ((size_t)64 << 10)
#define PLASMA ".config/PlasmaUserFeedback"
#define PLASMA_MACHINE "etc/xdg/PlasmaUserFeedback"

static const char *const consents[] = {".config/ubuntu-insights/consent.toml",
	".config/ubuntu-insights/default-consent.toml",
	".config/ubuntu-insights/linux-consent.toml"};

struct look {
	int64_t channels, on;
	bool unseen;
};

static int gnome_look(const struct personal_place *place, struct look *look)
{
	static const char schema[] = "org.gnome.desktop.privacy";
	static const char *const keys[] = {
		"report-technical-problems", "send-software-usage-stats"};
	cleanup(gsettings_finish) struct gsettings settings = {.n = 0};
	int r = gsettings_open(place, &settings);

	if (r != 0) {
		look->unseen = true;
		return r < 0 ? r : 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		int64_t on = 0;
		bool fixed;

		r = gsettings_number(&settings, schema, keys[i], span_z("GNOME"), &on, &fixed);
		look->unseen = look->unseen || r == GSETTINGS_E_NOT_SEEN;
		look->channels += r == 0;
		look->on += r == 0 && on != 0;
	}
	return 0;
}

/* NULL in *ret_text when the file is not there or not to be read */
static int text_read(const struct personal_place *place, const char *path, struct look *look,
	char **ret_text, size_t *ret_len)
{
	int r = homefiles_read(place->home, path, FILE_MAX, ret_text, ret_len);

	look->unseen = look->unseen || (r != 0 && r != FD_E_MISSING);
	return r == -ENOMEM ? r : 0;
}

/* What the machine's file marks with "[$i]" no person's own can change (KConfig, "Locking Down").
 */
static int plasma_look(const struct personal_place *place, struct look *look)
{
	static const struct kconfig_key key = {"Global", "FeedbackLevel"};
	cleanup(free_ptr) char *machine = NULL;
	cleanup(free_ptr) char *own = NULL;
	struct kconfig_value level = {.there = false};
	size_t len = 0;
	int r = sysroot_read(place->root, PLASMA_MACHINE, FILE_MAX, &machine, &len);

	if (r == 0) {
		kconfig_take((struct span){machine, len}, &key, &level);
	}
	look->unseen = look->unseen || (r != 0 && r != FD_E_MISSING);
	r = r == -ENOMEM ? r : text_read(place, PLASMA, look, &own, &len);
	if (r == 0 && own && !level.immutable) {
		kconfig_take((struct span){own, len}, &key, &level);
	}
	if (r == 0 && (machine || own)) {
		look->channels++;
		look->on += level.there && strcmp(level.text, "0") != 0;
	}
	return r;
}

static int insights_look(const struct personal_place *place, const char *path, struct look *look)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}, .section = {"", 0}};
	bool on = false;
	size_t len = 0;
	int r = text_read(place, path, look, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (span_eq(ini.key, "consent_state")) {
			on = span_eq(ini.value, "true");
		}
	}
	look->channels++;
	look->on += on;
	return 0;
}

static int clients_read(const struct personal_place *place, struct personal *personal)
{
	struct look look = {.channels = 0};
	int r = gnome_look(place, &look);

	if (r == 0) {
		r = plasma_look(place, &look);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(consents); i++) {
		r = insights_look(place, consents[i], &look);
	}
	if (r == 0) {
		personal->values[PERSONAL_REPORTS_CHANNELS] = look.channels;
		personal->values[PERSONAL_REPORTS_ON] = look.on;
		personal->values[PERSONAL_REPORTS_UNSEEN] = look.unseen;
	}
	return r;
}

static int clients_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	int r = fn("~/" PLASMA, data);

	if (r == 0) {
		r = fn("/" PLASMA_MACHINE, data);
	}
	if (r == 0) {
		r = fn("~/.config/ubuntu-insights/", data);
	}
	return r == 0 ? gsettings_watch(place, fn, data) : r;
}

const struct personal_collector personal_clients = {.read = clients_read, .watch = clients_watch};
