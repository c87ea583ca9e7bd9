/* SPDX-License-Identifier: Apache-2.0 */
#include "auth.h"

#include "grants.h"

#include <string.h>

int auth_make_link(struct store *store, const struct auth_link *link, int64_t expires,
	char ret_link[SECRET_LEN + 1])
{
	cleanup(str_finish) struct str grants = {.max = GRANTS_TEXT_MAX};
	char hash[SECRET_HASH_LEN + 1];
	int r = secret_new(ret_link);

	r = r < 0 ? r : secret_hash(span_z(ret_link), hash);
	r = r < 0 ? r : grants_write(&link->grants, &grants);
	return r < 0 ? r
		     : store_do(store, NULL,
			       "INSERT INTO links (site, hash, expires, used, account, grants) "
			       "VALUES ($1, $2, $3, 0, $4, $5)",
			       store_site(), store_text(hash), store_int(expires),
			       store_text(link->account), store_text(grants.p));
}

struct link_row {
	struct auth_link link;
	bool found;
	int64_t expires;
	int64_t used;
};

static int read_link(const struct store_value *row, void *data)
{
	struct link_row *link = data;
	int r = store_copy(&row[2], link->link.account, AUTH_NAME_MAX);

	link->found = true;
	link->expires = row[0].n;
	link->used = row[1].n;
	return r < 0 ? r : grants_parse(row[3].text, &link->link.grants);
}

int auth_check_link(
	struct store *store, struct span link, int64_t now_s, struct auth_link *ret_link)
{
	char hash[SECRET_HASH_LEN + 1];
	struct link_row row = {0};
	int r = secret_hash(link, hash);

	r = r < 0 ? r
		  : store_query(store, read_link, &row,
			    "SELECT expires, used, account, grants FROM links "
			    "WHERE site = $1 AND hash = $2",
			    store_site(), store_text(hash));
	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	if (!row.found) {
		return AUTH_E_UNKNOWN;
	}
	if (row.used || now_s >= row.expires) {
		return AUTH_E_EXPIRED;
	}
	*ret_link = row.link;
	return 0;
}

int auth_use_link(struct store *store, struct span link, int64_t now_s, struct auth_link *ret_link)
{
	char hash[SECRET_HASH_LEN + 1];
	int r = auth_check_link(store, link, now_s, ret_link);

	if (r != 0) {
		return r;
	}
	r = secret_hash(link, hash);
	return r < 0 ? r
		     : store_do(store, NULL,
			       "UPDATE links SET used = 1 WHERE site = $1 AND hash = $2",
			       store_site(), store_text(hash));
}
