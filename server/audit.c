/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include <inttypes.h>
#include <stdio.h>
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

struct walk {
	struct audit_chain chain;
	char pruned[AUDIT_TEXT_MAX + 1]; /* where the log itself says that it begins */
	char hash[SECRET_HASH_LEN + 1];
};

static int read_link(const struct store_value *columns, void *data)
{
	struct walk *walk = data;
	struct row row = {.n = columns[0].n, .at = columns[1].n};
	char hash[SECRET_HASH_LEN + 1];
	int r = store_copy(&columns[2], row.who, AUDIT_TEXT_MAX);

	r = r < 0 ? r : store_copy(&columns[3], row.action, AUDIT_TEXT_MAX);
	r = r < 0 ? r : store_copy(&columns[4], row.object, AUDIT_TEXT_MAX);
	r = r < 0 ? r : store_copy(&columns[5], row.hash, SECRET_HASH_LEN);
	r = r < 0 ? r : hash_row(&row, walk->hash, hash);
	if (r < 0) {
		return r;
	}
	walk->chain.rows++;
	walk->chain.last++;
	if (!walk->chain.broken && (row.n != walk->chain.last || strcmp(hash, row.hash) != 0)) {
		walk->chain.broken = walk->chain.last;
	}
	if (strcmp(row.action, AUDIT_PRUNE) == 0) {
		memcpy(walk->pruned, row.object, sizeof(row.object));
	}
	memcpy(walk->hash, row.hash, sizeof(walk->hash));
	return 0;
}

int audit_verify(struct store *store, struct audit_chain *ret_chain)
{
	struct walk walk = {0};
	struct audit_head from = {.n = 0};
	char text[AUDIT_TEXT_MAX + 1] = "";
	int r = audit_from(store, &from);

	walk.chain.last = from.n;
	memcpy(walk.hash, from.hash, sizeof(walk.hash));
	if (from.n > 0) {
		snprintf(text, sizeof(text), "%" PRId64 ":%s", from.n, from.hash);
	}
	r = r != 0 ? r
		   : store_query(store, read_link, &walk,
			     "SELECT n, at, who, action, object, hash FROM audit WHERE site = $1 "
			     "ORDER BY n",
			     store_site());

	if (r == 0 && !walk.chain.broken && strcmp(text, walk.pruned) != 0) {
		walk.chain.broken = from.n + 1;
	}
	if (r == 0) {
		*ret_chain = walk.chain;
		memcpy(ret_chain->head, walk.hash, sizeof(walk.hash));
	}
	return r;
}

static int read_hash(const struct store_value *row, void *data)
{
	return store_copy(&row[0], data, SECRET_HASH_LEN);
}

int audit_follows(struct store *store, int64_t n, struct span hash, bool *ret_follows)
{
	char found[SECRET_HASH_LEN + 1] = "";
	struct audit_head from = {.n = 0};
	int r = audit_from(store, &from);

	if (r == 0 && n < from.n) {
		return AUDIT_E_PRUNED;
	}
	if (r == 0 && n == from.n) {
		memcpy(found, from.hash, sizeof(found));
	}
	r = r != 0 || n == from.n ? r
				  : store_query(store, read_hash, found,
					    "SELECT hash FROM audit WHERE site = $1 AND n = $2",
					    store_site(), store_int(n));

	if (r == 0) {
		*ret_follows = found[0] && span_eq(hash, found);
	}
	return r;
}
