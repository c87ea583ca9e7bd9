/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REMOTE: programs of this person's desktop that let somebody elsewhere see or move it, and start
 * with the session: GNOME's sharing by its settings, others by what starts at log-in. Which
 * machines or people may connect is never read.
 */
#include "autostart.h"
#include "gsettings.h"
#include "personal-parts.h"
#include "remote-tools.h"

#define SHARING "/org/gnome/settings-daemon/plugins/sharing/vino-server/enabled-connections"

struct look {
	unsigned tools;
	bool unseen;
};

static const struct {
	const char *schema;
	enum remote_tool tool;
} gnome[] = {
	{"org.gnome.desktop.remote-desktop.rdp", REMOTE_TOOL_GNOME_RDP},
	{"org.gnome.desktop.remote-desktop.vnc", REMOTE_TOOL_GNOME_VNC},
};

static void gnome_look(const struct gsettings *settings, struct look *look)
{
	for (size_t i = 0; i < ARRAY_LEN(gnome); i++) {
		int64_t on = 0;
		bool fixed;
		int r = gsettings_number(
			settings, gnome[i].schema, "enable", span_z("GNOME"), &on, &fixed);

		look->unseen = look->unseen || r == GSETTINGS_E_NOT_SEEN;
		if (r == 0 && on) {
			look->tools |= REMOTE_TOOL_BIT(gnome[i].tool);
		}
	}
}

/* GNOME's session starts vino on the networks of this list; the list itself is not looked at. */
static void vino_look(
	const struct personal_place *place, const struct gsettings *settings, struct look *look)
{
	struct gvariant list;
	bool fixed;
	int r;

	if (!sysroot_exists(place->root, "usr/libexec/vino-server") &&
		!sysroot_exists(place->root, "usr/lib/vino/vino-server")) {
		return;
	}
	r = dconf_read(&settings->dconf, SHARING, &list, &fixed);
	look->unseen =
		look->unseen || r == DCONF_E_NOT_SEEN || (r == 0 && !span_eq(list.type, "as"));
	if (r == 0 && span_eq(list.type, "as") && list.bytes.len > 0) {
		look->tools |= REMOTE_TOOL_BIT(REMOTE_TOOL_VINO);
	}
}

static int exec_take(struct span exec, void *data)
{
	struct look *look = data;

	look->tools |= remote_tools_of_command(exec);
	return 0;
}

static int unit_take(const char *unit, void *data)
{
	struct look *look = data;

	look->tools |= remote_tools_of_unit(unit);
	return 0;
}

static int remote_read(const struct personal_place *place, struct personal *personal)
{
	cleanup(gsettings_finish) struct gsettings settings = {.n = 0};
	struct look look = {.tools = 0};
	bool unseen = false, units_unseen = false;
	int r = gsettings_open(place, &settings);

	if (r < 0) {
		return r;
	}
	look.unseen = r != 0;
	if (r == 0) {
		gnome_look(&settings, &look);
		vino_look(place, &settings, &look);
	}
	r = autostart_each(place, exec_take, &look, &unseen);
	if (r == 0) {
		r = autostart_units_each(place, unit_take, &look, &units_unseen);
	}
	if (r == 0) {
		personal->values[PERSONAL_REMOTE_TOOLS] = look.tools;
		personal->values[PERSONAL_REMOTE_UNSEEN] = look.unseen || unseen || units_unseen;
	}
	return r;
}

static int remote_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	int r = autostart_watch(fn, data);

	return r == 0 ? gsettings_watch(place, fn, data) : r;
}

const struct personal_collector personal_remote = {.read = remote_read, .watch = remote_watch};
