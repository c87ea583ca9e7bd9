/* SPDX-License-Identifier: Apache-2.0 */
#include "store-postgres.h"

#include "store-schema.h"

#include <string.h>

/* One writer at a time over all server processes, as SQLite has it: a batch is one transaction. */
#define BEGIN_WRITE "BEGIN; SELECT pg_advisory_xact_lock(7165093214486213971)"
#define BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

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

int postgres_result(const PGresult *result)
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
int postgres_execute(struct store *store, const char *sql)
{
	PGresult *result = PQexec(postgres_self(store)->conn, sql);
	int r = postgres_result(result);

	PQclear(result);
	return r > 0 ? -EIO : r;
}

/* A connection that broke is made anew, outside transactions alone: what was in one is lost. */
int postgres_reconnect(struct postgres *p)
{
	p->n_statements = 0;
	PQreset(p->conn);
	return PQstatus(p->conn) == CONNECTION_OK ? 0 : -ENOTCONN;
}

static int begin(struct store *store, bool write)
{
	const char *sql = write ? BEGIN_WRITE : BEGIN_READ;
	int r = postgres_execute(store, sql);

	/* A connection that the database gave up is only noticed by asking. */
	if (r == -ENOTCONN) {
		r = postgres_reconnect(postgres_self(store));
		r = r < 0 ? r : postgres_execute(store, sql);
	}
	return r;
}

/* In a transaction that failed, PostgreSQL answers COMMIT with success and rolls back. */
static int commit(struct store *store)
{
	if (PQtransactionStatus(postgres_self(store)->conn) != PQTRANS_INTRANS) {
		return -EIO;
	}
	return postgres_execute(store, "COMMIT");
}

static void rollback(struct store *store)
{
	if (PQtransactionStatus(postgres_self(store)->conn) != PQTRANS_IDLE) {
		(void)!postgres_execute(store, "ROLLBACK");
	}
}

static int mark(struct store *store)
{
	return postgres_execute(store, "SAVEPOINT one");
}

static int unmark(struct store *store, bool keep)
{
	int r = keep ? 0 : postgres_execute(store, "ROLLBACK TO one");

	return r < 0 ? r : postgres_execute(store, "RELEASE one");
}

/* Rows that were deleted lie in the table's file until the server's own vacuum reuses their place.
 */
static int scrub(struct store *store)
{
	(void)store;
	return 0;
}

static void close_postgres(struct store *store)
{
	PQfinish(postgres_self(store)->conn);
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
	.run = postgres_run,
	.scan = postgres_scan,
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
	int r = postgres_run(store,
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
		false, postgres_execute};
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
