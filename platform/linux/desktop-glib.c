/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GNOME, Cinnamon and MATE keep the same settings under names of their own. Names, units and
 * defaults are those of the schemas that Debian installs. What the programs make of them:
 *
 * - GNOME's shell locks only when GDM runs, which shows its lock screen: where another display
 *   manager is the machine's, nothing is ever locked (gnome-shell, js/misc/loginManager.js,
 * canLock).
 * - Ubuntu's GNOME asks ubuntu-lock-on-suspend in place of lock-enabled before it sleeps.
 * - MATE asks the screen saver's lock-enabled before it sleeps, unless lock-use-screensaver is off
 *   (mate-power-manager, gpm-control.c).
 * - disable-lock-screen forbids locking altogether, and is as good a switch as any.
 * - GNOME's shell is GeoClue's agent in its sessions, and allows nothing while its switch is off
 *   (gnome-shell, js/ui/status/location.js). Cinnamon and MATE have no such switch.
 */
#include "desktop.h"
#include "gsettings.h"

#include <string.h>

#define DISPLAY_MANAGER "etc/systemd/system/display-manager.service"

struct key {
	const char *schema, *name;
};
struct names {
	struct key delay, activation, lock, lock_delay, forbidden, autorun_never;
	int64_t unit_s; /* of both delays */
};

static const struct names cinnamon = {
	.delay = {"org.cinnamon.desktop.session", "idle-delay"},
	.activation = {"org.cinnamon.desktop.screensaver", "idle-activation-enabled"},
	.lock = {"org.cinnamon.desktop.screensaver", "lock-enabled"},
	.lock_delay = {"org.cinnamon.desktop.screensaver", "lock-delay"},
	.forbidden = {"org.cinnamon.desktop.lockdown", "disable-lock-screen"},
	.autorun_never = {"org.cinnamon.desktop.media-handling", "autorun-never"},
	.unit_s = 1,
};
static const struct names gnome = {
	.delay = {"org.gnome.desktop.session", "idle-delay"},
	.lock = {"org.gnome.desktop.screensaver", "lock-enabled"},
	.lock_delay = {"org.gnome.desktop.screensaver", "lock-delay"},
	.forbidden = {"org.gnome.desktop.lockdown", "disable-lock-screen"},
	.autorun_never = {"org.gnome.desktop.media-handling", "autorun-never"},
	.unit_s = 1,
};
static const struct names mate = {
	.delay = {"org.mate.session", "idle-delay"},
	.activation = {"org.mate.screensaver", "idle-activation-enabled"},
	.lock = {"org.mate.screensaver", "lock-enabled"},
	.lock_delay = {"org.mate.screensaver", "lock-delay"},
	.forbidden = {"org.mate.lockdown", "disable-lock-screen"},
	.autorun_never = {"org.mate.media-handling", "autorun-never"},
	.unit_s = 60,
};

static const struct key cinnamon_resume = {
	"org.cinnamon.settings-daemon.plugins.power", "lock-on-suspend"};
static const struct key location = {"org.gnome.system.location", "enabled"};
static const struct key ubuntu_resume = {"org.gnome.desktop.screensaver", "ubuntu-lock-on-suspend"};
static const struct key mate_use_screensaver = {"org.mate.power-manager", "lock-use-screensaver"};
static const struct key mate_resume = {"org.mate.power-manager", "lock-suspend"};

struct look {
	const struct gsettings *settings;
	struct span desktops;
	bool fixed;  /* so far */
	bool unseen; /* something that matters could not be read */
};

/* A key of the schema that is not installed is the other value, and nobody can change it. */
static int64_t ask_or(struct look *look, const struct key *key, int64_t other)
{
	int64_t number = other;
	bool fixed = true;

	if (key->schema) {
		int r = gsettings_number(
			look->settings, key->schema, key->name, look->desktops, &number, &fixed);

		look->unseen = look->unseen || r == GSETTINGS_E_NOT_SEEN;
	}
	look->fixed = look->fixed && fixed;
	return number;
}

static int64_t ask(struct look *look, const struct key *key)
{
	if (!gsettings_has(look->settings, key->schema, key->name)) {
		look->unseen = true;
	}
	return ask_or(look, key, 0);
}

static void read_lock(struct look *look, const struct names *names, struct desktop_facts *facts)
{
	int64_t delay, lock_delay;
	bool locks;

	look->fixed = true;
	look->unseen = false;
	delay = ask(look, &names->delay);
	lock_delay = ask(look, &names->lock_delay);
	locks = ask(look, &names->lock) == 1;
	locks = ask_or(look, &names->activation, 1) == 1 && locks;
	locks = ask_or(look, &names->forbidden, 0) == 0 && locks;
	if (look->unseen) {
		return;
	}
	locks = locks && delay > 0 && lock_delay >= 0;
	facts->lock_after_s = locks ? (delay + lock_delay) * names->unit_s : PERSONAL_ABSENT;
	facts->lock_fixed = look->fixed;
}

static const struct key *resume_key(
	struct look *look, enum desktop_kind kind, const struct names *names)
{
	if (kind == DESKTOP_CINNAMON) {
		return &cinnamon_resume;
	}
	if (kind == DESKTOP_GNOME &&
		gsettings_has(look->settings, ubuntu_resume.schema, ubuntu_resume.name)) {
		return &ubuntu_resume;
	}
	if (kind == DESKTOP_MATE && ask_or(look, &mate_use_screensaver, 1) == 0) {
		return &mate_resume;
	}
	return &names->lock;
}

static void read_resume(struct look *look, enum desktop_kind kind, const struct names *names,
	struct desktop_facts *facts)
{
	bool locks;

	look->unseen = false;
	locks = ask(look, resume_key(look, kind, names)) == 1;
	locks = ask_or(look, &names->forbidden, 0) == 0 && locks;
	if (!look->unseen) {
		facts->lock_on_resume = locks;
	}
}

static void read_autorun(struct look *look, const struct names *names, struct desktop_facts *facts)
{
	bool never;

	look->fixed = true;
	look->unseen = false;
	never = ask(look, &names->autorun_never) == 1;
	if (!look->unseen) {
		facts->autorun_off = never;
		facts->autorun_fixed = look->fixed;
	}
}

static void read_location(struct look *look, struct desktop_facts *facts)
{
	bool on;

	look->unseen = false;
	on = ask(look, &location) != 0;
	if (!look->unseen) {
		facts->location_off = !on;
	}
}

/* Positive evidence alone: without a link, who shows the sign-in screen cannot be told. */
static int without_gdm(const struct sysroot *root, bool *ret_without)
{
	cleanup(free_ptr) char *target = NULL;
	const char *name;
	int r = sysroot_readlink(root, DISPLAY_MANAGER, &target);

	if (r != 0) {
		*ret_without = false;
		return r == -ENOMEM ? r : 0;
	}
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	*ret_without = strncmp(name, "gdm", strlen("gdm")) != 0;
	return 0;
}

static const struct names *names_of(enum desktop_kind kind)
{
	return kind == DESKTOP_CINNAMON ? &cinnamon : kind == DESKTOP_MATE ? &mate : &gnome;
}

static int glib_read(const struct personal_place *place, const struct desktop_session *session,
	struct desktop_facts *facts)
{
	cleanup(gsettings_finish) struct gsettings settings = {.n = 0};
	const struct names *names = names_of(session->kind);
	struct look look = {.settings = &settings, .desktops = span_z(session->names)};
	bool without = false;
	int r = gsettings_open(place, &settings);

	if (r == 0) {
		read_lock(&look, names, facts);
		read_resume(&look, session->kind, names, facts);
		read_autorun(&look, names, facts);
		if (session->kind == DESKTOP_GNOME) {
			read_location(&look, facts);
		}
	}
	if (r >= 0 && session->kind == DESKTOP_GNOME) {
		r = without_gdm(place->root, &without);
	}
	if (r >= 0 && without) {
		facts->lock_after_s = PERSONAL_ABSENT;
		facts->lock_on_resume = 0;
	}
	return r < 0 ? r : 0;
}

static int glib_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	int r = fn("/" DISPLAY_MANAGER, data);

	return r == 0 ? gsettings_watch(place, fn, data) : r;
}

const struct desktop_reader desktop_glib = {.read = glib_read, .watch = glib_watch};
