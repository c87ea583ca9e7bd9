/* SPDX-License-Identifier: Apache-2.0 */
#include "store-schema.h"

#include "migrations.h"

static int read_version(const struct store_schema *schema, int64_t *ret_version)
{
	int64_t tables = 0, version = 0;
	int r = schema->store->ops->run(
		schema->store, schema->count_tables, NULL, 0, store_row_int, &tables, NULL);

	if (r == 0 && tables > 0) {
		version = -1;
		r = schema->store->ops->run(schema->store, "SELECT version FROM schema_version",
			NULL, 0, store_row_int, &version, NULL);
		if (r == 0 && version < 1) {
			r = STORE_E_TORN;
		}
	}
	if (r == 0) {
		*ret_version = version;
	}
	return r;
}

static int apply(const struct store_schema *schema, const struct migration *migration)
{
	const char *own = schema->sqlite ? migration->sqlite : migration->postgres;
	int r = schema->execute(schema->store, migration->sql);

	if (r == 0 && own) {
		r = schema->execute(schema->store, own);
	}
	if (r == 0 && migration->version == 1) {
		r = schema->execute(schema->store,
			"CREATE TABLE schema_version (version BIGINT NOT NULL);"
			"INSERT INTO schema_version VALUES (1)");
	}
	return r < 0 ? r
		     : store_do(schema->store, NULL, "UPDATE schema_version SET version = $1",
			       store_int(migration->version));
}

/* A second process that starts at the same time waits in begin. */
static int migrate(const struct store_schema *schema)
{
	struct store *store = schema->store;
	int64_t version = 0;
	int r = store->ops->begin(store, true);

	if (r == 0) {
		r = read_version(schema, &version);
	}
	for (size_t i = 0; r == 0 && i < migrations_len; i++) {
		if (migrations[i].version > version) {
			r = apply(schema, &migrations[i]);
		}
	}
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

int store_schema_check(const struct store_schema *schema, enum store_mode mode)
{
	int64_t version = 0;
	int r = read_version(schema, &version);

	if (r != 0) {
		return r;
	}
	if (version > (int64_t)migrations_len) {
		return STORE_E_NEWER;
	}
	if (version == (int64_t)migrations_len) {
		return 0;
	}
	return mode == STORE_CREATE ? migrate(schema) : -ENODATA;
}
