/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include "store-schema.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#define STATEMENTS_MAX 128
#define NAME_MAX_LEN 8
#define INT_TEXT_MAX 24
#define INT_BASE 10
/* Types as the catalogue pg_type numbers them; they never change. */
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_TEXT 25
#define OID_NUMERIC 1700
/* One writer at a time over all server processes, as SQLite has it: a batch is one transaction. */
#define BEGIN_WRITE "BEGIN; SELECT pg_advisory_xact_lock(7165093214486213971)"
#define BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

struct postgres {
	struct store store;
	PGconn *conn;
	const char *statements[STATEMENTS_MAX]; /* prepared as "s0", "s1", ... on this connection */
	size_t n_statements;
};

static struct postgres *self(struct store *store)
{
	return (struct postgres *)store;
}

static const struct {
	const char *state; /* the beginning of a SQLSTATE (PostgreSQL, appendix A) */
	int r;
} states[] = {
	{"23505", STORE_E_CONFLICT}, /* unique_violation */
	{"40", -EAGAIN},	     /* transaction rollback: serialization, deadlock */
	{"53100", -ENOSPC},	     /* disk_full */
	{"53200", -ENOMEM},	     /* out_of_memory */
	{"55P03", -EBUSY},	     /* lock_not_available */
	{"57014", -ETIMEDOUT},	     /* query_canceled */
	{"57P", -ENOTCONN},	     /* the database shuts down, crashed, or starts */
	{"08", -ENOTCONN},	     /* connection exception */
	{"25006", -EROFS},	     /* read_only_sql_transaction */
	{"XX001", STORE_E_TORN},     /* data_corrupted */
	{"XX002", STORE_E_TORN},     /* index_corrupted */
};

static int result_to_errno(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	const char *state;

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
		return 0;
	}
	state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	for (size_t i = 0; state && i < ARRAY_LEN(states); i++) {
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
			return states[i].r;
		}
	}
	/* libpq's own failures carry no SQLSTATE: the connection is gone. */
	return state ? -EIO : -ENOTCONN;
}

/* Inside a transaction the caller must see failure as an errno, never as an outcome of its own. */
static int execute(struct store *store, const char *sql)
{
	PGresult *result = PQexec(self(store)->conn, sql);
	int r = result_to_errno(result);

	PQclear(result);
	return r > 0 ? -EIO : r;
}

/* A connection that broke is made anew, outside transactions alone: what was in one is lost. */
static int reconnect(struct postgres *p)
{
	p->n_statements = 0;
	PQreset(p->conn);
	return PQstatus(p->conn) == CONNECTION_OK ? 0 : -ENOTCONN;
}

static int begin(struct store *store, bool write)
{
	const char *sql = write ? BEGIN_WRITE : BEGIN_READ;
	int r = execute(store, sql);

	/* A connection that the database gave up is only noticed by asking. */
	if (r == -ENOTCONN) {
		r = reconnect(self(store));
		r = r < 0 ? r : execute(store, sql);
	}
	return r;
}

/* In a transaction that failed, PostgreSQL answers COMMIT with success and rolls back. */
static int commit(struct store *store)
{
	if (PQtransactionStatus(self(store)->conn) != PQTRANS_INTRANS) {
		return -EIO;
	}
	return execute(store, "COMMIT");
}

static void rollback(struct store *store)
{
	if (PQtransactionStatus(self(store)->conn) != PQTRANS_IDLE) {
		(void)!execute(store, "ROLLBACK");
	}
}

static int mark(struct store *store)
{
	return execute(store, "SAVEPOINT one");
}

static int unmark(struct store *store, bool keep)
{
	int r = keep ? 0 : execute(store, "ROLLBACK TO one");

	return r < 0 ? r : execute(store, "RELEASE one");
}

/* Rows that were deleted lie in the table's file until the server's own vacuum reuses their place.
 */
static int scrub(struct store *store)
{
	(void)store;
	return 0;
}

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
	if (p->n_statements == STATEMENTS_MAX) {
		return -ENOSPC;
	}
	for (size_t i = 0; i < n; i++) {
		given[i] = types[params[i].type];
	}
	name_statement(p->n_statements, name);
	result = PQprepare(p->conn, name, sql, (int)n, given);
	r = result_to_errno(result);
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
	r = result_to_errno(result);
	if (r != 0) {
		PQclear(result);
		return r;
	}
	*ret_result = result;
	return 0;
}

static int run(struct store *store, const char *sql, const struct store_value *params, size_t n,
	store_row_fn fn, void *data, int64_t *ret_changes)
{
	struct postgres *p = self(store);
	bool alone = PQtransactionStatus(p->conn) != PQTRANS_INTRANS;
	PGresult *result = NULL;
	int r = n > STORE_PARAMS_MAX ? -EINVAL : run_once(p, sql, params, n, &result);

	if (r == -ENOTCONN && alone) {
		r = reconnect(p);
		r = r < 0 ? r : run_once(p, sql, params, n, &result);
	}
	r = r != 0 ? r : read_rows(result, fn, data);
	if (r == 0 && ret_changes) {
		*ret_changes = strtoll(PQcmdTuples(result), NULL, INT_BASE);
	}
	PQclear(result);
	return r;
}

static void close_postgres(struct store *store)
{
	PQfinish(self(store)->conn);
	free(store);
}

static const struct store_ops postgres_ops = {
	.close = close_postgres,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.mark = mark,
	.unmark = unmark,
	.scrub = scrub,
	.run = run,
};

/* What the URL names comes later and wins; durability is not for it to choose. */
static PGconn *connect_url(const char *url)
{
	static const char *const names[] = {"connect_timeout", "tcp_user_timeout",
		"application_name", "dbname", "client_encoding", "options", NULL};
	const char *const values[] = {"5", "10000", "caretaker-server", url, "UTF8",
		"-c synchronous_commit=on -c statement_timeout=10000 -c lock_timeout=10000", NULL};

	return PQconnectdbParams(names, values, 1);
}

/* Lists are sorted and searched as bytes, so that every database gives the same pages. */
static int check_collation(struct store *store)
{
	int64_t right = 0;
	int r = run(store,
		"SELECT COUNT(*) FROM pg_database WHERE datname = current_database() AND "
		"datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') AND "
		"pg_encoding_to_char(encoding) = 'UTF8'",
		NULL, 0, store_row_int, &right, NULL);

	return r == 0 && right == 0 ? -EPROTOTYPE : r;
}

static const char *explain(int r)
{
	switch (r) {
	case STORE_E_NEWER:
		return "the store was written by a newer caretaker-server: install that version";
	case -ENODATA:
		return "the database holds no store of this version: run caretaker-server init";
	case -EPROTOTYPE:
		return "the database must be made with ENCODING 'UTF8' and LC_COLLATE 'C'";
	case -ENOTCONN:
		return "the database does not answer: see the address in store.url, and its log";
	default:
		return "the database cannot be used";
	}
}

/* Notices may quote what was stored: none is written anywhere. */
static void hear_nothing(void *data, const char *message)
{
	(void)data;
	(void)message;
}

static int open_database(struct postgres *p, const char *url, enum store_mode mode)
{
	const struct store_schema schema = {&p->store,
		"SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND "
		"tablename = 'schema_version'",
		execute};
	int r;

	p->conn = connect_url(url);
	if (!p->conn) {
		return -ENOMEM;
	}
	PQsetNoticeProcessor(p->conn, hear_nothing, NULL);
	if (PQstatus(p->conn) != CONNECTION_OK) {
		return -ENOTCONN;
	}
	r = check_collation(&p->store);
	return r == 0 ? store_schema_check(&schema, mode) : r;
}

int store_open_postgres(
	const char *url, enum store_mode mode, struct store **ret_store, const char **ret_error)
{
	struct postgres *p = calloc(1, sizeof(*p));
	int r;

	if (!p) {
		*ret_error = "out of memory";
		return -ENOMEM;
	}
	p->store.ops = &postgres_ops;
	r = open_database(p, url, mode);
	if (r != 0) {
		*ret_error = explain(r);
		close_postgres(&p->store);
		return r;
	}
	*ret_store = &p->store;
	return 0;
}
