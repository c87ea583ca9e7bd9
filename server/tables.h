/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store's tables as JSON and as CSV (RFC 4180), row by row: all of them for who may, and what
 * is held of one device. Secrets (passwords, codes, keys of sessions) are in none of these.
 */
#pragma once

#include "json.h"
#include "store.h"

#define TABLES_PAGE 2000
#define TABLES_AFTER_MAX 1024 /* bytes of a cursor, decoded */

enum tables_format { TABLES_JSON, TABLES_CSV };
enum tables_outcome {
	TABLES_E_UNKNOWN = 1,
	TABLES_E_AFTER, /* no cursor of this table */
};

struct tables_table;
const struct tables_table *tables_find(const char *name); /* NULL for none of that name */
const struct tables_table *tables_at(size_t i);		  /* NULL behind the last */
const char *tables_name(const struct tables_table *table);

/*
 * A page of TABLES_PAGE rows or more, as many as share a key with the last:
 * {"rows":[...],"next":cursor or null}, or lines of CSV, with a head on the first. after: the
 * cursor of the page before, NULL for the first; each page is found by its key, whatever lies
 * before it. next stays empty on the last. TABLES_E_AFTER
 */
must_check int tables_write_page(struct store *store, const struct tables_table *table,
	enum tables_format format, const char *after, struct str *next, struct str *out);
/* All rows as they come, each chunk to fn; inside a transaction of its own */
typedef int (*tables_chunk_fn)(struct span chunk, void *data);
must_check int tables_stream(struct store *store, const struct tables_table *table,
	enum tables_format format, tables_chunk_fn fn, void *data);

/* Every row of every table that is about this device: {"devices":[..],"controls":[..],...} */
must_check int tables_of_device(struct store *store, const char *id, struct json_object **ret_body);
