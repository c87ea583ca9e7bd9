/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that let somebody elsewhere see or move this desktop: a fixed list, which nothing else
 * is compared with. A policy names them by their code.
 */
#pragma once

#include "base.h"
#include "str.h"

#define REMOTE_TOOLS(X)                    \
	X(ANYDESK, "anydesk")              \
	X(CHROME, "chrome-remote-desktop") \
	X(GNOME_RDP, "gnome-rdp")          \
	X(GNOME_VNC, "gnome-vnc")          \
	X(KRFB, "krfb")                    \
	X(RUSTDESK, "rustdesk")            \
	X(TEAMVIEWER, "teamviewer")        \
	X(TIGERVNC, "tigervnc")            \
	X(VINO, "vino")                    \
	X(X11VNC, "x11vnc")                \
	X(XRDP, "xrdp")

enum remote_tool {
#define X(name, code) REMOTE_TOOL_##name,
	REMOTE_TOOLS(X)
#undef X
		REMOTE_TOOL_COUNT,
};
#define REMOTE_TOOL_BIT(tool) (1U << (tool))

/* Each gives bits, 0 for none. Pure. */
unsigned remote_tools_of_code(const char *code);
/* A unit's name, of systemd's system or of a person's; instances of templates too */
unsigned remote_tools_of_unit(const char *unit);
/* The Exec= of a desktop entry: a program's name, or a flatpak's id */
unsigned remote_tools_of_command(struct span command);
