/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include "store-log.h"
#include "store-schema.h"

#include <sqlite3.h>
#include <string.h>

#define STATEMENTS_MAX STORE_STATEMENTS_MAX
#define BUSY_MS 10000

/* "$2" is a name to SQLite, not a position: looked up once. A statement may leave one out: 0. */
struct statement {
	const char *sql;
	sqlite3_stmt *stmt;
	uint8_t at[STORE_PARAMS_MAX];
};

struct sqlite {
	struct store store;
	sqlite3 *db;
	struct statement statements[STATEMENTS_MAX];
	size_t n_statements;
};

static struct sqlite *self(struct store *store)
{
	return (struct sqlite *)store;
}

static int code_to_errno(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_CONSTRAINT:
		return STORE_E_CONFLICT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return STORE_E_TORN;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CANTOPEN:
		return -ENOENT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return -EROFS;
	default:
		return -EIO;
	}
}

/* Inside a transaction the caller must see failure as an errno, never as an outcome of its own. */
static int execute(struct store *store, const char *sql)
{
	int r = code_to_errno(sqlite3_exec(self(store)->db, sql, NULL, NULL, NULL));

	return r > 0 ? -EIO : r;
}

/* secure_delete zeroes what the pages held; the log still has the pages as they were before. */
static int scrub(struct store *store)
{
	return execute(store, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void find_positions(struct statement *statement)
{
	const char names[] = "$1\0\0$2\0\0$3\0\0$4\0\0$5\0\0$6\0\0$7\0\0$8\0\0$9\0\0$10\0$11\0$12\0"
			     "$13\0$14\0$15\0$16\0$17\0$18\0$19\0$20";

	for (size_t i = 0; i < STORE_PARAMS_MAX; i++) {
		statement->at[i] =
			(uint8_t)sqlite3_bind_parameter_index(statement->stmt, names + i * 4);
	}
}

static int prepare(struct sqlite *s, const char *sql, const struct statement **ret_statement)
{
	struct statement *statement = &s->statements[s->n_statements];
	int r;

	for (size_t i = 0; i < s->n_statements; i++) {
		if (s->statements[i].sql == sql) {
			*ret_statement = &s->statements[i];
			return 0;
		}
	}
	if (s->n_statements == STATEMENTS_MAX) {
		return -ENOSPC;
	}
	r = code_to_errno(sqlite3_prepare_v3(
		s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->stmt, NULL));
	if (r == 0) {
		statement->sql = sql;
		find_positions(statement);
		s->n_statements++;
		*ret_statement = statement;
	}
	return r;
}

static int bind(sqlite3_stmt *stmt, int at, const struct store_value *value)
{
	if (at == 0) {
		return 0;
	}
	switch (value->type) {
	case STORE_NULL:
		return code_to_errno(sqlite3_bind_null(stmt, at));
	case STORE_INT:
		return code_to_errno(sqlite3_bind_int64(stmt, at, value->n));
	case STORE_TEXT:
		return code_to_errno(sqlite3_bind_text64(
			stmt, at, value->text.p, value->text.len, SQLITE_STATIC, SQLITE_UTF8));
	}
	return -EINVAL;
}

static int read_row(sqlite3_stmt *stmt, store_row_fn fn, void *data)
{
	struct store_value row[STORE_COLUMNS_MAX] = {0};
	int n = sqlite3_column_count(stmt);

	if (n > STORE_COLUMNS_MAX) {
		return -EINVAL;
	}
	for (int i = 0; i < n; i++) {
		switch (sqlite3_column_type(stmt, i)) {
		case SQLITE_NULL:
			break;
		case SQLITE_INTEGER:
			row[i] = store_int(sqlite3_column_int64(stmt, i));
			break;
		default:
			row[i].type = STORE_TEXT;
			row[i].text.p = (const char *)sqlite3_column_text(stmt, i);
			row[i].text.len = (size_t)sqlite3_column_bytes(stmt, i);
			if (!row[i].text.p) {
				return -ENOMEM;
			}
		}
	}
	return fn ? fn(row, data) : 0;
}

static int step_all(sqlite3_stmt *stmt, store_row_fn fn, void *data)
{
	for (;;) {
		int code = sqlite3_step(stmt);
		int r;

		if (code != SQLITE_ROW) {
			return code_to_errno(code);
		}
		r = read_row(stmt, fn, data);
		if (r < 0) {
			return r;
		}
	}
}

static int run(struct store *store, const char *sql, const struct store_value *params, size_t n,
	store_row_fn fn, void *data, int64_t *ret_changes)
{
	struct sqlite *s = self(store);
	const struct statement *statement = NULL;
	int r;

	if (n > STORE_PARAMS_MAX) {
		return -EINVAL;
	}
	r = prepare(s, sql, &statement);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = bind(statement->stmt, statement->at[i], &params[i]);
	}
	if (r == 0) {
		r = step_all(statement->stmt, fn, data);
	}
	if (r == 0 && ret_changes) {
		*ret_changes = sqlite3_changes64(s->db);
	}
	if (statement) {
		sqlite3_reset(statement->stmt);
		sqlite3_clear_bindings(statement->stmt);
	}
	return r;
}

/* As execute, of a statement that is run for each job: prepared once. */
static int step(struct store *store, const char *sql)
{
	int r = run(store, sql, NULL, 0, NULL, NULL, NULL);

	return r > 0 ? -EIO : r;
}

static int begin(struct store *store, bool write)
{
	return step(store, write ? "BEGIN IMMEDIATE" : "BEGIN");
}

static int commit(struct store *store)
{
	return step(store, "COMMIT");
}

static void rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(self(store)->db)) {
		(void)!step(store, "ROLLBACK");
	}
}

static int mark(struct store *store)
{
	return step(store, "SAVEPOINT one");
}

static int unmark(struct store *store, bool keep)
{
	int r = keep ? 0 : step(store, "ROLLBACK TO one");

	return r < 0 ? r : step(store, "RELEASE one");
}

static int scan(struct store *store, const char *sql, store_row_fn fn, void *data)
{
	return run(store, sql, NULL, 0, fn, data, NULL);
}

static void close_sqlite(struct store *store)
{
	struct sqlite *s = self(store);

	for (size_t i = 0; i < s->n_statements; i++) {
		sqlite3_finalize(s->statements[i].stmt);
	}
	sqlite3_close(s->db);
	free(s);
}

static const struct store_ops sqlite_ops = {
	.close = close_sqlite,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.mark = mark,
	.unmark = unmark,
	.scrub = scrub,
	.run = run,
	.scan = scan,
};

static const char *const pragmas[] = {
	[STORE_CREATE] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
			 "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON",
	/*
	 * What a batch touches is scattered over the fleet: with 2 MiB, most of it is read again;
	 * with more than 32, no less is. And the log goes over to the store at 64 MiB: what batches
	 * have in common is written once.
	 */
	[STORE_WRITE] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
			"PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;"
			"PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 16000",
	[STORE_READ] = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;"
		       "PRAGMA cache_size = -8192",
};

static const char *explain(int r)
{
	switch (r) {
	case STORE_E_NEWER:
		return "the store was written by a newer caretaker-server: install that version";
	case STORE_E_TORN:
		return "the store is damaged or no store: put back a copy of store.db";
	case -ENODATA:
		return "the store is older than this program: run caretaker-server init";
	case -ENOENT:
		return "there is no store: run caretaker-server init";
	default:
		return "the store cannot be opened";
	}
}

static int open_db(struct sqlite *s, const char *path, enum store_mode mode)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_READWRITE |
		    (mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
	int r = store_log_register();

	r = r < 0 ? r : code_to_errno(sqlite3_open_v2(path, &s->db, flags, STORE_LOG_VFS));
	if (r != 0) {
		return r;
	}
	sqlite3_busy_timeout(s->db, BUSY_MS);
	/* Else a statement that might use an index of some rows alone ("WHERE state = 'fail'") is
	 * prepared anew whenever another value is bound: a deletion among the findings, each time.
	 */
	if (mode == STORE_WRITE) {
		(void)!sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	}
	r = code_to_errno(sqlite3_exec(s->db, pragmas[mode], NULL, NULL, NULL));
	if (r == 0) {
		const struct store_schema schema = {&s->store,
			"SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_version'", true,
			execute};

		r = store_schema_check(&schema, mode);
	}
	return r;
}

int store_open_sqlite(
	const char *path, enum store_mode mode, struct store **ret_store, const char **ret_error)
{
	struct sqlite *s = calloc(1, sizeof(*s));
	int r;

	if (!s) {
		*ret_error = "out of memory";
		return -ENOMEM;
	}
	s->store.ops = &sqlite_ops;
	r = open_db(s, path, mode);
	if (r != 0) {
		*ret_error = explain(r);
		close_sqlite(&s->store);
		return r;
	}
	*ret_store = &s->store;
	return 0;
}
