/* SPDX-License-Identifier: Apache-2.0 */
#include "remote-tools.h"
#include "autostart.h"

#include <string.h>

struct row {
	const char *text;
	enum remote_tool tool;
};

static const struct row codes[] = {
#define X(name, code) {code, REMOTE_TOOL_##name},
	REMOTE_TOOLS(X)
#undef X
};

/* What ends in "@" stands for all instances. GNOME's own units are asked for their settings. */
static const struct row units[] = {
	{"anydesk.service", REMOTE_TOOL_ANYDESK},
	{"chrome-remote-desktop.service", REMOTE_TOOL_CHROME},
	{"chrome-remote-desktop@", REMOTE_TOOL_CHROME},
	{"gnome-remote-desktop-headless.service", REMOTE_TOOL_GNOME_RDP},
	{"krfb.service", REMOTE_TOOL_KRFB},
	{"rustdesk.service", REMOTE_TOOL_RUSTDESK},
	{"teamviewerd.service", REMOTE_TOOL_TEAMVIEWER},
	{"tigervncserver@", REMOTE_TOOL_TIGERVNC},
	{"vino-server.service", REMOTE_TOOL_VINO},
	{"vncserver@", REMOTE_TOOL_TIGERVNC},
	{"x0vncserver.service", REMOTE_TOOL_TIGERVNC},
	{"x11vnc.service", REMOTE_TOOL_X11VNC},
	{"x11vnc@", REMOTE_TOOL_X11VNC},
	{"xrdp.service", REMOTE_TOOL_XRDP},
	{"xvnc.socket", REMOTE_TOOL_TIGERVNC},
	{"xvnc@", REMOTE_TOOL_TIGERVNC},
};

static const struct row programs[] = {
	{"anydesk", REMOTE_TOOL_ANYDESK},
	{"chrome-remote-desktop", REMOTE_TOOL_CHROME},
	{"com.anydesk.Anydesk", REMOTE_TOOL_ANYDESK},
	{"com.rustdesk.RustDesk", REMOTE_TOOL_RUSTDESK},
	{"com.teamviewer.TeamViewer", REMOTE_TOOL_TEAMVIEWER},
	{"krfb", REMOTE_TOOL_KRFB},
	{"org.kde.krfb", REMOTE_TOOL_KRFB},
	{"rustdesk", REMOTE_TOOL_RUSTDESK},
	{"teamviewer", REMOTE_TOOL_TEAMVIEWER},
	{"tigervncserver", REMOTE_TOOL_TIGERVNC},
	{"vino-server", REMOTE_TOOL_VINO},
	{"vncserver", REMOTE_TOOL_TIGERVNC},
	{"x0tigervncserver", REMOTE_TOOL_TIGERVNC},
	{"x0vncserver", REMOTE_TOOL_TIGERVNC},
	{"x11vnc", REMOTE_TOOL_X11VNC},
};

static unsigned bit_of(const struct row *rows, size_t n, struct span text)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(text, rows[i].text)) {
			return REMOTE_TOOL_BIT(rows[i].tool);
		}
	}
	return 0;
}

unsigned remote_tools_of_code(const char *code)
{
	return bit_of(codes, ARRAY_LEN(codes), span_z(code));
}

unsigned remote_tools_of_unit(const char *unit)
{
	const char *at = strchr(unit, '@');
	struct span name = {unit, at ? (size_t)(at + 1 - unit) : strlen(unit)};

	return bit_of(units, ARRAY_LEN(units), name);
}

unsigned remote_tools_of_command(struct span command)
{
	struct span word;
	unsigned tools = 0;

	while (autostart_word_next(&command, &word)) {
		tools |= bit_of(programs, ARRAY_LEN(programs), word);
	}
	return tools;
}
