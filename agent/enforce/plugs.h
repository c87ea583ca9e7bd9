/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which plugs of a snap are connected. No file of it can be edited: snapd has its state in memory
 * and does what `snap disconnect` asks (snapd's overlord/ifacestate; tried with snapd 2.57.6). So
 * "/snap/NAME" stands for a text of lines, "NAME:PLUG=connected", read from snapd's state; writing
 * another text is asking for what differs.
 */
#pragma once

#include "place.h"
#include "str.h"
#include "target.h"

#define ENFORCE_PLUGS_STATE "/var/lib/snapd/state.json"
#define ENFORCE_PLUGS_STATE_MAX ((size_t)8 << 20)
#define ENFORCE_PLUGS_VALUES_MAX ((size_t)200000)
#define ENFORCE_PLUGS_TEXT_MAX ((size_t)64 << 10)
#define ENFORCE_PLUGS_ON "connected"
#define ENFORCE_PLUGS_OFF "disconnected"

/* SNAPD, FOREIGN_OWNER, NOT_JSON, TOO_LARGE. A snap that snapd does not know is a file that is
 * gone. */
must_check int enforce_plugs_open(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target);
/* Has snapd do what makes this text of that one; SNAPD when it cannot, and some may be done. */
must_check int enforce_plugs_write(
	const struct enforce_place *place, struct span from, struct span to);

/* Pure: the lines of a snap, sorted as they stand; ret_known: snapd has it. NOT_JSON, TOO_LARGE */
must_check int enforce_plugs_text(
	struct span state, const char *snap, struct str *text, bool *ret_known);
