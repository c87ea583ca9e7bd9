/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Xfce locks by a program of its own that starts with the session, and which the person can switch
 * off in "Session and Startup": nothing of the machine fixes that.
 *
 * - xfce4-screensaver: its channel; everything is on by default, after 5 minutes, and locks at once
 *   (its src/gs-prefs.h). Before the machine sleeps it locks on its own.
 * - light-locker 1.8: its GSettings; it locks when the X server blanks, whose timer stands in no
 *   file, so that only "never" can be told of idling. Before the machine sleeps it locks.
 * - None of the known lockers is installed: nothing locks.
 *
 * thunar-volman starts what a medium brings only when told to (its own default, and what Debian
 * installs, is off); where it is not installed nobody does.
 */
#include "desktop.h"
#include "gsettings.h"
#include "homefiles.h"
#include "ini.h"
#include "xfconf.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_S 60
#define ENTRY_MAX ((size_t)64 << 10)
#define PATH_LEN_MAX 128
/* Settings of that vendor's session stand before those of /etc/xdg */
#define VENDOR_DIR "etc/xdg/xdg-xubuntu"
#define LIGHT_SCHEMA "apps.light-locker"

enum entry_state {
	ENTRY_OFF,
	ENTRY_STARTS,
	ENTRY_UNSEEN, /* cannot be read, or starts it in a way of its own */
};

static const char *const bins[] = {"usr/bin", "usr/local/bin"};
static const char *const lockers[] = {"cinnamon-screensaver", "gnome-screensaver", "i3lock",
	"light-locker", "mate-screensaver", "physlock", "slock", "vlock", "xautolock",
	"xfce4-screensaver", "xlock", "xscreensaver", "xsecurelock", "xss-lock", "xtrlock"};

static bool is_installed(const struct sysroot *root, const char *program)
{
	char path[PATH_LEN_MAX];

	for (size_t i = 0; i < ARRAY_LEN(bins); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", bins[i], program);
		if (sysroot_exists(root, path)) {
			return true;
		}
	}
	return false;
}

static bool has_part(struct span list, const char *name)
{
	struct span part;

	while (span_next(&list, ';', &part)) {
		if (span_eq(part, name)) {
			return true;
		}
	}
	return false;
}

static enum entry_state entry_judge(struct span text, const char *program)
{
	struct ini ini = {.rest = text};
	struct span exec = {NULL, 0};
	bool off = false, odd = false;

	while (ini_next(&ini)) {
		if (!span_eq(ini.section, "Desktop Entry")) {
			continue;
		}
		if (span_eq(ini.key, "Exec")) {
			exec = ini.value;
		} else if (span_eq(ini.key, "TryExec")) {
			odd = odd || !span_eq(ini.value, program);
		} else if (span_eq(ini.key, "Hidden")) {
			off = off || span_eq(ini.value, "true");
		} else if (span_eq(ini.key, "OnlyShowIn")) {
			off = off || !has_part(ini.value, "XFCE");
		} else if (span_eq(ini.key, "NotShowIn")) {
			off = off || has_part(ini.value, "XFCE");
		}
	}
	if (off) {
		return ENTRY_OFF;
	}
	return !odd && span_eq(exec, program) ? ENTRY_STARTS : ENTRY_UNSEEN;
}

/* The person's own entry takes the place of the machine's. */
static int entry_read(
	const struct personal_place *place, const char *program, enum entry_state *ret_state)
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_LEN_MAX];
	size_t len = 0;
	int r;

	*ret_state = ENTRY_OFF;
	if (!is_installed(place->root, program)) {
		return 0;
	}
	(void)snprintf(path, sizeof(path), ".config/autostart/%s.desktop", program);
	r = homefiles_read(place->home, path, ENTRY_MAX, &text, &len);
	if (r == FD_E_MISSING) {
		(void)snprintf(path, sizeof(path), "etc/xdg/autostart/%s.desktop", program);
		r = sysroot_read(place->root, path, ENTRY_MAX, &text, &len);
	}
	if (r == 0) {
		*ret_state = entry_judge((struct span){text, len}, program);
	} else if (r != FD_E_MISSING) {
		*ret_state = ENTRY_UNSEEN;
	}
	return r == -ENOMEM ? r : 0;
}

static int64_t value_or(const struct xfconf_ask *ask, int64_t other)
{
	return ask->state == XFCONF_SET ? ask->number : other;
}

/* Off says that all is open only where the power manager does not lock, either. */
static int resume_open(const struct personal_place *place, int64_t *ret_locked)
{
	struct xfconf_ask ask = {
		.path = "/xfce4-power-manager/lock-screen-suspend-hibernate", .truth = true};
	int r = xfconf_read(place, "xfce4-power-manager", &ask, 1);

	if (r == 0 && ask.state == XFCONF_SET && ask.number == 0) {
		*ret_locked = 0;
	}
	return r;
}

static int read_screensaver(const struct personal_place *place, struct desktop_facts *facts)
{
	enum { SAVER, ACTIVATION, DELAY, LOCK, WITH_SAVER, LOCK_DELAY, SLEEP, N };
	struct xfconf_ask asks[N] = {
		[SAVER] = {.path = "/saver/enabled", .truth = true},
		[ACTIVATION] = {.path = "/saver/idle-activation/enabled", .truth = true},
		[DELAY] = {.path = "/saver/idle-activation/delay"},
		[LOCK] = {.path = "/lock/enabled", .truth = true},
		[WITH_SAVER] = {.path = "/lock/saver-activation/enabled", .truth = true},
		[LOCK_DELAY] = {.path = "/lock/saver-activation/delay"},
		[SLEEP] = {.path = "/lock/sleep-activation", .truth = true},
	};
	int64_t delay_min;
	bool locks;
	int r = xfconf_read(place, "xfce4-screensaver", asks, N);

	for (size_t i = 0; r == 0 && i < N; i++) {
		if (asks[i].state == XFCONF_UNSURE) {
			return 0;
		}
	}
	if (r < 0) {
		return r;
	}
	delay_min = value_or(&asks[DELAY], 5);
	locks = value_or(&asks[SAVER], 1) && value_or(&asks[ACTIVATION], 1) &&
		value_or(&asks[LOCK], 1) && value_or(&asks[WITH_SAVER], 1);
	if (!locks) {
		facts->lock_after_s = PERSONAL_ABSENT;
	} else if (delay_min > 0) {
		facts->lock_after_s = (delay_min + value_or(&asks[LOCK_DELAY], 0)) * MINUTE_S;
	}
	facts->lock_fixed = 0;
	if (!value_or(&asks[LOCK], 1)) {
		facts->lock_on_resume = 0;
		return 0;
	}
	if (value_or(&asks[SLEEP], 1)) {
		facts->lock_on_resume = 1;
		return 0;
	}
	return resume_open(place, &facts->lock_on_resume);
}

static int read_light_locker(const struct personal_place *place,
	const struct desktop_session *session, struct desktop_facts *facts)
{
	cleanup(gsettings_finish) struct gsettings settings = {.n = 0};
	int64_t after_s = 0, suspend = 0;
	bool fixed;
	int r = gsettings_open(place, &settings);

	if (r != 0) {
		return r < 0 ? r : 0;
	}
	facts->lock_fixed = 0;
	if (gsettings_number(&settings, LIGHT_SCHEMA, "lock-after-screensaver",
		    span_z(session->names), &after_s, &fixed) == 0 &&
		after_s == 0) {
		facts->lock_after_s = PERSONAL_ABSENT;
	}
	if (gsettings_number(&settings, LIGHT_SCHEMA, "lock-on-suspend", span_z(session->names),
		    &suspend, &fixed) != 0) {
		return 0;
	}
	if (suspend == 1) {
		facts->lock_on_resume = 1;
		return 0;
	}
	return resume_open(place, &facts->lock_on_resume);
}

static bool has_locker(const struct sysroot *root)
{
	for (size_t i = 0; i < ARRAY_LEN(lockers); i++) {
		if (is_installed(root, lockers[i])) {
			return true;
		}
	}
	return false;
}

static int read_lock(const struct personal_place *place, const struct desktop_session *session,
	struct desktop_facts *facts)
{
	enum entry_state saver, light;
	int r = entry_read(place, "xfce4-screensaver", &saver);

	if (r == 0) {
		r = entry_read(place, "light-locker", &light);
	}
	if (r < 0) {
		return r;
	}
	if (!has_locker(place->root)) {
		facts->lock_after_s = PERSONAL_ABSENT;
		facts->lock_on_resume = 0;
	} else if (saver == ENTRY_STARTS && light == ENTRY_OFF) {
		r = read_screensaver(place, facts);
	} else if (light == ENTRY_STARTS && saver == ENTRY_OFF) {
		r = read_light_locker(place, session, facts);
	}
	return r;
}

static int read_autorun(const struct personal_place *place, struct desktop_facts *facts)
{
	struct xfconf_ask asks[] = {
		{.path = "/autorun/enabled", .truth = true},
		{.path = "/autoopen/enabled", .truth = true},
	};
	int r;

	facts->autorun_off = 1;
	facts->autorun_fixed = 1;
	if (!is_installed(place->root, "thunar-volman")) {
		return 0;
	}
	r = xfconf_read(place, "thunar-volman", asks, ARRAY_LEN(asks));
	facts->autorun_fixed = asks[0].fixed && asks[1].fixed;
	if (asks[0].state == XFCONF_UNSURE || asks[1].state == XFCONF_UNSURE) {
		facts->autorun_off = PERSONAL_NOT_SEEN;
	} else {
		facts->autorun_off = !value_or(&asks[0], 0) && !value_or(&asks[1], 0);
	}
	return r;
}

static int xfce_read(const struct personal_place *place, const struct desktop_session *session,
	struct desktop_facts *facts)
{
	int r;

	if (sysroot_exists(place->root, VENDOR_DIR)) {
		return 0;
	}
	r = read_lock(place, session, facts);
	return r == 0 ? read_autorun(place, facts) : r;
}

static int xfce_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	static const char *const paths[] = {"/" VENDOR_DIR "/", "/etc/xdg/autostart/",
		"~/.config/autostart/", "/usr/bin/light-locker", "/usr/bin/thunar-volman",
		"/usr/bin/xfce4-screensaver"};
	static const char *const channels[] = {
		"thunar-volman", "xfce4-power-manager", "xfce4-screensaver"};
	int r = gsettings_watch(place, fn, data);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(channels); i++) {
		r = xfconf_watch(channels[i], fn, data);
	}
	return r;
}

const struct desktop_reader desktop_xfce = {.read = xfce_read, .watch = xfce_watch};
