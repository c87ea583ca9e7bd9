/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include <string.h>

bool store_is_url(const char *where)
{
	return span_starts(span_z(where), "postgresql://") ||
	       span_starts(span_z(where), "postgres://");
}

int store_open(
	const char *where, enum store_mode mode, struct store **ret_store, const char **ret_error)
{
	return store_is_url(where) ? store_open_postgres(where, mode, ret_store, ret_error)
				   : store_open_sqlite(where, mode, ret_store, ret_error);
}

void store_close(struct store *store)
{
	if (store) {
		store->ops->close(store);
	}
}

void store_close_p(struct store **store)
{
	store_close(*store);
}

int store_row_int(const struct store_value *row, void *data)
{
	if (row[0].type == STORE_INT) {
		*(int64_t *)data = row[0].n;
	}
	return 0;
}

int store_copy(const struct store_value *value, char *buf, size_t max)
{
	if (value->type == STORE_NULL) {
		buf[0] = 0;
		return 0;
	}
	if (value->type != STORE_TEXT || value->text.len > max) {
		return -EBADMSG;
	}
	memcpy(buf, value->text.p, value->text.len);
	buf[value->text.len] = 0;
	return 0;
}
