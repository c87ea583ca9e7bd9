/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sections and keys, as GKeyFile (glib), Qt's settings and systemd.syntax(7) write them:
 * "[Section]", "Key=Value", comments with "#" or ";". A line's continuation by "\" is joined by
 * nobody but systemd and is given as a line of its own without a key.
 */
#pragma once

#include "base.h"
#include "str.h"

#define INI_FILE_MAX ((size_t)1 << 20)

struct ini {
	struct span rest;    /* what is to be read */
	struct span section; /* without brackets; empty before the first one */
	struct span key;     /* empty for a line without "=" */
	struct span value;
};

/* Pure: the next line that is no comment and no section. False at the end. */
bool ini_next(struct ini *ini);
