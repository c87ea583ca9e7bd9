/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: one struct of functions, so that another database is one more file. Statements are
 * the common subset of SQLite and PostgreSQL, with parameters $1, $2, ... Every table has the
 * column site, and every statement names it.
 *
 * A store is one connection, used by one thread at a time; work.h gives each thread its own.
 */
#pragma once

#include "base.h"
#include "str.h"

#define STORE_SITE "main"
#define STORE_PARAMS_MAX 20
#define STORE_COLUMNS_MAX 20
/* Statements that one connection may prepare: more than the program has, or else it refuses some.
 */
#define STORE_STATEMENTS_MAX 512

enum store_outcome {
	STORE_E_NEWER = 1, /* the schema was made by a newer program */
	STORE_E_TORN,	   /* not a database, or damaged */
	STORE_E_CONFLICT,  /* a row with this key exists */
};

enum store_type { STORE_NULL, STORE_INT, STORE_TEXT };

struct store_value {
	enum store_type type;
	int64_t n;
	struct span text; /* in rows: valid during the callback alone */
};
#define store_int(v) ((struct store_value){.type = STORE_INT, .n = (v)})
#define store_span(v) ((struct store_value){.type = STORE_TEXT, .text = (v)})
#define store_text(v) store_span(span_z(v))
#define store_null() ((struct store_value){.type = STORE_NULL})
#define store_site() store_text(STORE_SITE)

/* One call for each row; a negative return ends the statement with it. */
typedef int (*store_row_fn)(const struct store_value *row, void *data);

struct store;
struct store_ops {
	void (*close)(struct store *store);
	int (*begin)(struct store *store, bool write);
	int (*commit)(struct store *store);
	void (*rollback)(struct store *store);
	/* One level inside a transaction: what fails alone is undone alone. */
	int (*mark)(struct store *store);
	int (*unmark)(struct store *store, bool keep);
	/* Between transactions: what was deleted is gone from every file. */
	int (*scrub)(struct store *store);
	/*
	 * Runs one prepared statement. sql is static text. STORE_E_CONFLICT on a key that exists.
	 * ret_changes, the number of rows written, and fn may be NULL.
	 */
	int (*run)(struct store *store, const char *sql, const struct store_value *params, size_t n,
		store_row_fn fn, void *data, int64_t *ret_changes);
	/* Inside a transaction: a query of any length, a row at a time, never all of it in memory.
	 */
	int (*scan)(struct store *store, const char *sql, store_row_fn fn, void *data);
};

struct batch;
struct store {
	const struct store_ops *ops;
	struct batch *batch; /* batch.h; NULL but for reports that are taken together */
};

enum store_mode { STORE_CREATE, STORE_WRITE, STORE_READ };
/*
 * where: a path, of SQLite, or a URL postgresql://... as libpq takes it. CREATE makes or migrates
 * the schema; the others expect it as it should be. error: static text.
 */
must_check int store_open(
	const char *where, enum store_mode mode, struct store **ret_store, const char **ret_error);
bool store_is_url(const char *where);
must_check int store_open_postgres(
	const char *url, enum store_mode mode, struct store **ret_store, const char **ret_error);
must_check int store_open_sqlite(
	const char *path, enum store_mode mode, struct store **ret_store, const char **ret_error);
void store_close(struct store *store);
void store_close_p(struct store **store);

/* store_do(store, &changes, "UPDATE ...", store_site(), store_int(1)) */
#define store_do(store, ret_changes, sql, ...)                                                  \
	((store)->ops->run((store), (sql), (const struct store_value[]){__VA_ARGS__},           \
		sizeof((const struct store_value[]){__VA_ARGS__}) / sizeof(struct store_value), \
		NULL, NULL, (ret_changes)))
#define store_query(store, fn, data, sql, ...)                                                  \
	((store)->ops->run((store), (sql), (const struct store_value[]){__VA_ARGS__},           \
		sizeof((const struct store_value[]){__VA_ARGS__}) / sizeof(struct store_value), \
		(fn), (data), NULL))

/* Row callbacks: one number into int64_t (untouched without a row); text into a buffer of n+1. */
int store_row_int(const struct store_value *row, void *data);
must_check int store_copy(const struct store_value *value, char *buf, size_t max);
