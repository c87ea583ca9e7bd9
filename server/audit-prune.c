/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include "clock.h"
#include "settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MARK "audit_from"
#define HEAD_MAX (SECRET_HASH_LEN + 24)

/* "N:HASH" of the last row that went */
int audit_from(struct store *store, struct audit_head *ret_from)
{
	char text[SETTINGS_TEXT_MAX + 1];
	struct audit_head from = {.n = 0};
	struct span rest, number;
	uint64_t n = 0;
	int r = settings_text(store, MARK, text);

	if (r != 0 || !text[0]) {
		*ret_from = from;
		return r;
	}
	rest = span_z(text);
	if (!span_next(&rest, ':', &number) || span_u64(number, &n) < 0 || n > INT64_MAX ||
		rest.len != SECRET_HASH_LEN) {
		return -EBADMSG;
	}
	from.n = (int64_t)n;
	memcpy(from.hash, rest.p, SECRET_HASH_LEN);
	*ret_from = from;
	return 0;
}

static int read_head(const struct store_value *row, void *data)
{
	struct audit_head *head = data;

	head->n = row[0].n;
	return store_copy(&row[1], head->hash, SECRET_HASH_LEN);
}

/* Rows up to the first that is young enough: a clock that jumped must not make a hole. */
int audit_prune(struct store *store, int64_t now_s, int64_t *ret_rows)
{
	/* By whole days, so that a day's rounds leave one line, and none stays longer than it may.
	 */
	int64_t limit = (now_s - AUDIT_KEPT_S) / CLOCK_DAY_S * CLOCK_DAY_S + CLOCK_DAY_S, rows = 0;
	struct audit_head last = {.n = 0};
	char text[HEAD_MAX + 1];
	int r = store_query(store, read_head, &last,
		"SELECT n, hash FROM audit WHERE site = $1 AND n < COALESCE((SELECT MIN(n) FROM "
		"audit "
		"WHERE site = $1 AND at >= $2), 9223372036854775807) ORDER BY n DESC LIMIT 1",
		store_site(), store_int(limit));

	if (r != 0 || last.n == 0) {
		*ret_rows = 0;
		return r;
	}
	snprintf(text, sizeof(text), "%" PRId64 ":%s", last.n, last.hash);
	r = audit_append(store, now_s, "server", AUDIT_PRUNE, text);
	r = r != 0 ? r : settings_keep(store, MARK, text);
	r = r != 0 ? r
		   : store_do(store, &rows, "DELETE FROM audit WHERE site = $1 AND n <= $2",
			     store_site(), store_int(last.n));
	if (r == 0) {
		*ret_rows = rows;
	}
	return r;
}
