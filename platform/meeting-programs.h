/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixed list of meeting and chat programs, as they are told by a command line or a unit of
 * systemd. Names: the packages' own files, Flathub's and Snap's ids.
 */
#pragma once

#include "base.h"

/* One of them, by the name of its program, package or flatpak. Pure. */
bool meeting_programs_name(struct span name);
/* An Exec of a desktop entry starts one, directly or by flatpak or snap. Pure. */
bool meeting_programs_start(struct span command);
/* "zoom.service", "snap.zoom-client.zoom-client.service", "app-flatpak-us.zoom.Zoom.service" */
bool meeting_programs_unit(const char *unit);
