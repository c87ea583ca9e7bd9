/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include "secret.h"

#include <inttypes.h>
#include <string.h>

struct row {
	int64_t n;
	int64_t at;
	char who[AUDIT_TEXT_MAX + 1];
	char action[AUDIT_TEXT_MAX + 1];
	char object[AUDIT_TEXT_MAX + 1];
	char hash[SECRET_HASH_LEN + 1];
};

/* Each text goes in with its length, so that no two rows have the same bytes. */
static int hash_row(const struct row *row, const char *before, char ret[SECRET_HASH_LEN + 1])
{
	struct str text = {0};
	int r = str_appendf(&text, "%s %" PRId64 " %" PRId64 " %zu:%s %zu:%s %zu:%s", before,
		row->n, row->at, strlen(row->who), row->who, strlen(row->action), row->action,
		strlen(row->object), row->object);

	r = r < 0 ? r : secret_hash((struct span){text.p, text.len}, ret);
	str_finish(&text);
	return r;
}

static int read_last(const struct store_value *row, void *data)
{
	struct row *last = data;

	last->n = row[0].n;
	return store_copy(&row[1], last->hash, SECRET_HASH_LEN);
}

static int copy_text(char out[AUDIT_TEXT_MAX + 1], const char *text)
{
	size_t len = strlen(text);

	if (len > AUDIT_TEXT_MAX) {
		return -EINVAL;
	}
	memcpy(out, text, len + 1);
	return 0;
}

int audit_append(
	struct store *store, int64_t now_s, const char *who, const char *action, const char *object)
{
	struct row last = {0}, row = {.at = now_s};
	int r = store_query(store, read_last, &last,
		"SELECT n, hash FROM audit WHERE site = $1 ORDER BY n DESC LIMIT 1", store_site());

	r = r != 0 ? r : copy_text(row.who, who);
	r = r != 0 ? r : copy_text(row.action, action);
	r = r != 0 ? r : copy_text(row.object, object);
	row.n = last.n + 1;
	r = r != 0 ? r : hash_row(&row, last.hash, row.hash);
	return r != 0 ? r
		      : store_do(store, NULL,
				"INSERT INTO audit (site, n, at, who, action, object, hash) "
				"VALUES ($1, $2, $3, $4, $5, $6, $7)",
				store_site(), store_int(row.n), store_int(row.at),
				store_text(row.who), store_text(row.action), store_text(row.object),
				store_text(row.hash));
}

struct chain {
	char hash[SECRET_HASH_LEN + 1];
	int64_t rows;
	int64_t broken;
};

static int read_link(const struct store_value *columns, void *data)
{
	struct chain *chain = data;
	struct row row = {.n = columns[0].n, .at = columns[1].n};
	char hash[SECRET_HASH_LEN + 1];
	int r = store_copy(&columns[2], row.who, AUDIT_TEXT_MAX);

	r = r < 0 ? r : store_copy(&columns[3], row.action, AUDIT_TEXT_MAX);
	r = r < 0 ? r : store_copy(&columns[4], row.object, AUDIT_TEXT_MAX);
	r = r < 0 ? r : store_copy(&columns[5], row.hash, SECRET_HASH_LEN);
	r = r < 0 ? r : hash_row(&row, chain->hash, hash);
	if (r < 0) {
		return r;
	}
	chain->rows++;
	if (!chain->broken && (row.n != chain->rows || strcmp(hash, row.hash) != 0)) {
		chain->broken = chain->rows;
	}
	memcpy(chain->hash, row.hash, sizeof(chain->hash));
	return 0;
}

int audit_verify(struct store *store, int64_t *ret_rows, int64_t *ret_broken)
{
	struct chain chain = {0};
	int r = store_query(store, read_link, &chain,
		"SELECT n, at, who, action, object, hash FROM audit WHERE site = $1 ORDER BY n",
		store_site());

	if (r == 0) {
		*ret_rows = chain.rows;
		*ret_broken = chain.broken;
	}
	return r;
}
