/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the PostgreSQL store: a connection, and statements on it. Two files know libpq. */
#pragma once

#include "store.h"

#include <libpq-fe.h>

#define POSTGRES_STATEMENTS_MAX STORE_STATEMENTS_MAX

struct postgres {
	struct store store;
	PGconn *conn;
	const char *statements[POSTGRES_STATEMENTS_MAX]; /* prepared as "s0", "s1", ... */
	size_t n_statements;
};
static inline struct postgres *postgres_self(struct store *store)
{
	return (struct postgres *)store;
}

/* 0, STORE_E_*, -ENOTCONN when the connection is gone, another -errno */
must_check int postgres_result(const PGresult *result);
/* Several statements without parameters; -errno alone */
must_check int postgres_execute(struct store *store, const char *sql);
/* Outside transactions alone: what was in one is lost. */
must_check int postgres_reconnect(struct postgres *p);

/* The store's operations; see store.h. */
must_check int postgres_run(struct store *store, const char *sql, const struct store_value *params,
	size_t n, store_row_fn fn, void *data, int64_t *ret_changes);
must_check int postgres_scan(struct store *store, const char *sql, store_row_fn fn, void *data);
