/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What dconf says for one person, read from its databases as dconf's own engine does (dconf(7)): a
 * profile names them, the first that is the person's may be written, a lock in a later one makes it
 * and those behind it the only ones that count. Text below /etc/dconf/db/NAME.d/ says nothing by
 * itself: only what `dconf update` compiled of it does.
 *
 * DCONF_PROFILE and XDG_CONFIG_HOME of a session are not seen; their defaults are taken.
 */
#pragma once

#include "gvdb.h"
#include "personal.h"

#define DCONF_SOURCES_MAX 16
#define DCONF_PROFILE_MAX ((size_t)64 << 10)

struct dconf_source {
	char *bytes; /* owned; NULL: the database is not there, which is no fault */
	struct gvdb values, locks;
	bool locking; /* it has locks */
	bool user;    /* the person's own */
};
struct dconf {
	struct dconf_source sources[DCONF_SOURCES_MAX];
	size_t n;
};

enum dconf_outcome {
	DCONF_E_NOT_SEEN = 1, /* a profile or database that cannot be read or understood */
	DCONF_E_NONE,	      /* no value: the schema's default holds */
};

must_check int dconf_open(const struct personal_place *place, struct dconf *ret_dconf);
void dconf_finish(struct dconf *dconf);
/*
 * key: a whole path, "/org/...". The value is valid as long as dconf. fixed, which is also written
 * with DCONF_E_NONE: the person cannot change it.
 */
must_check int dconf_read(
	const struct dconf *dconf, const char *key, struct gvariant *ret_value, bool *ret_fixed);
/* As personal_watch */
must_check int dconf_watch(const struct personal_place *place, personal_path_fn fn, void *data);
