/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookups in a GVDB file: dconf's databases and GLib's gschemas.compiled (the layout is that of
 * gvdb-format.h of the gvdb project: a header, then hash tables of items whose keys share
 * prefixes). Pure, without a copy: every offset is held against the bytes that are there.
 */
#pragma once

#include "gvariant.h"

#define GVDB_FILE_MAX ((size_t)16 << 20)

struct gvdb {
	struct span file;
	struct span buckets, items; /* of this table */
	bool swapped;		    /* values alone: the rest is little endian or not at all */
};

enum gvdb_outcome {
	GVDB_E_FORMAT = 1, /* no GVDB file, or a torn one */
	GVDB_E_NONE,	   /* no such key */
};

must_check int gvdb_open(struct span file, struct gvdb *ret_gvdb);
must_check int gvdb_table(const struct gvdb *gvdb, const char *key, struct gvdb *ret_table);
/* What the key's variant holds */
must_check int gvdb_value(const struct gvdb *gvdb, const char *key, struct gvariant *ret_value);
bool gvdb_has_value(const struct gvdb *gvdb, const char *key);
