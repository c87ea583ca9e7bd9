/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings of GLib programs as GSettings gives them to a program in the person's session: what
 * dconf has if it is of the schema's type and range, else the schema's default, which vendors
 * change (gschemas.compiled, with *.gschema.override compiled in) and may change for one desktop
 * alone.
 */
#pragma once

#include "dconf.h"

#define GSETTINGS_SCHEMAS_MAX 2

struct gsettings {
	struct dconf dconf;
	char *bytes[GSETTINGS_SCHEMAS_MAX]; /* owned; what schemas point into */
	struct gvdb schemas[GSETTINGS_SCHEMAS_MAX];
	size_t n;
};

enum gsettings_outcome {
	GSETTINGS_E_NOT_SEEN = 1, /* something on the way cannot be read or understood */
	GSETTINGS_E_NONE,	  /* no such schema or key is installed */
};

/* GSETTINGS_E_NOT_SEEN */
must_check int gsettings_open(const struct personal_place *place, struct gsettings *ret_settings);
void gsettings_finish(struct gsettings *settings);
bool gsettings_has(const struct gsettings *settings, const char *schema, const char *key);
/*
 * Numbers and truth values. desktops: XDG_CURRENT_DESKTOP of the session, parts by ":". fixed: the
 * person cannot change it.
 */
must_check int gsettings_number(const struct gsettings *settings, const char *schema,
	const char *key, struct span desktops, int64_t *ret_number, bool *ret_fixed);
/* As personal_watch */
must_check int gsettings_watch(const struct personal_place *place, personal_path_fn fn, void *data);
