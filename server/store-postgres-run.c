/* SPDX-License-Identifier: Apache-2.0 */
#include "store-postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 24
#define INT_TEXT_MAX 24
#define INT_BASE 10
/* Types as the catalogue pg_type numbers them; they never change. */
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_TEXT 25
#define OID_NUMERIC 1700

static void name_statement(size_t i, char name[NAME_MAX_LEN])
{
	snprintf(name, NAME_MAX_LEN, "s%zu", i);
}

static int prepare(struct postgres *p, const char *sql, const struct store_value *params, size_t n,
	char name[NAME_MAX_LEN])
{
	static const Oid types[] = {
		[STORE_NULL] = 0, [STORE_INT] = OID_INT8, [STORE_TEXT] = OID_TEXT};
	Oid given[STORE_PARAMS_MAX];
	PGresult *result;
	int r;

	for (size_t i = 0; i < p->n_statements; i++) {
		if (p->statements[i] == sql) {
			name_statement(i, name);
			return 0;
		}
	}
	if (p->n_statements == POSTGRES_STATEMENTS_MAX) {
		return -ENOSPC;
	}
	for (size_t i = 0; i < n; i++) {
		given[i] = types[params[i].type];
	}
	name_statement(p->n_statements, name);
	result = PQprepare(p->conn, name, sql, (int)n, given);
	r = postgres_result(result);
	PQclear(result);
	if (r == 0) {
		p->statements[p->n_statements++] = sql;
	}
	return r;
}

/* Numbers as text, since PostgreSQL may have taken another width for one; text as its bytes. */
struct bound {
	const char *values[STORE_PARAMS_MAX];
	int lengths[STORE_PARAMS_MAX];
	int formats[STORE_PARAMS_MAX];
	char numbers[STORE_PARAMS_MAX][INT_TEXT_MAX];
};

static int bind(const struct store_value *params, size_t n, struct bound *bound)
{
	for (size_t i = 0; i < n; i++) {
		switch (params[i].type) {
		case STORE_NULL:
			break;
		case STORE_INT:
			snprintf(bound->numbers[i], INT_TEXT_MAX, "%" PRId64, params[i].n);
			bound->values[i] = bound->numbers[i];
			break;
		case STORE_TEXT:
			if (params[i].text.len > INT32_MAX) {
				return -EMSGSIZE;
			}
			bound->values[i] = params[i].text.p ? params[i].text.p : "";
			bound->lengths[i] = (int)params[i].text.len;
			bound->formats[i] = 1;
			break;
		}
	}
	return 0;
}

static int read_value(const PGresult *result, int row, int column, struct store_value *ret_value)
{
	const char *text = PQgetvalue(result, row, column);

	if (PQgetisnull(result, row, column)) {
		*ret_value = store_null();
		return 0;
	}
	switch (PQftype(result, column)) {
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
	case OID_NUMERIC:
		errno = 0;
		*ret_value = store_int(strtoll(text, NULL, INT_BASE));
		return -errno;
	default:
		*ret_value =
			store_span(((struct span){text, (size_t)PQgetlength(result, row, column)}));
		return 0;
	}
}

static int read_rows(const PGresult *result, store_row_fn fn, void *data)
{
	struct store_value row[STORE_COLUMNS_MAX] = {0};
	int n = PQnfields(result), r = 0;

	if (n > STORE_COLUMNS_MAX) {
		return -EINVAL;
	}
	for (int i = 0; r == 0 && i < PQntuples(result); i++) {
		for (int j = 0; r == 0 && j < n; j++) {
			r = read_value(result, i, j, &row[j]);
		}
		if (r == 0 && fn) {
			r = fn(row, data);
			r = r > 0 ? 0 : r;
		}
	}
	return r;
}

static int run_once(struct postgres *p, const char *sql, const struct store_value *params, size_t n,
	PGresult **ret_result)
{
	struct bound bound = {0};
	char name[NAME_MAX_LEN];
	PGresult *result;
	int r = prepare(p, sql, params, n, name);

	r = r != 0 ? r : bind(params, n, &bound);
	if (r != 0) {
		return r;
	}
	result = PQexecPrepared(
		p->conn, name, (int)n, bound.values, bound.lengths, bound.formats, 0);
	r = postgres_result(result);
	if (r != 0) {
		PQclear(result);
		return r;
	}
	*ret_result = result;
	return 0;
}

int postgres_run(struct store *store, const char *sql, const struct store_value *params, size_t n,
	store_row_fn fn, void *data, int64_t *ret_changes)
{
	struct postgres *p = postgres_self(store);
	bool alone = PQtransactionStatus(p->conn) != PQTRANS_INTRANS;
	PGresult *result = NULL;
	int r = n > STORE_PARAMS_MAX ? -EINVAL : run_once(p, sql, params, n, &result);

	if (r == -ENOTCONN && alone) {
		r = postgres_reconnect(p);
		r = r < 0 ? r : run_once(p, sql, params, n, &result);
	}
	r = r != 0 ? r : read_rows(result, fn, data);
	if (r == 0 && ret_changes) {
		*ret_changes = strtoll(PQcmdTuples(result), NULL, INT_BASE);
	}
	PQclear(result);
	return r;
}

/* What is left of a query must be taken before the next one, whatever became of it. */
static int scan_rows(PGconn *conn, store_row_fn fn, void *data)
{
	PGresult *result;
	int r = 0;

	while ((result = PQgetResult(conn))) {
		if (r == 0 && PQresultStatus(result) != PGRES_SINGLE_TUPLE) {
			r = postgres_result(result);
		}
		r = r != 0 ? r : read_rows(result, fn, data);
		PQclear(result);
	}
	return r;
}

int postgres_scan(struct store *store, const char *sql, store_row_fn fn, void *data)
{
	PGconn *conn = postgres_self(store)->conn;
	int r = postgres_execute(store, "SET LOCAL statement_timeout = 0");

	if (r < 0) {
		return r;
	}
	if (!PQsendQuery(conn, sql) || !PQsetSingleRowMode(conn)) {
		return -ENOTCONN;
	}
	return scan_rows(conn, fn, data);
}
