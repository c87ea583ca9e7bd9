/* SPDX-License-Identifier: Apache-2.0 */
#include "grants.h"

static int read_grant(const struct store_value *row, void *data)
{
	struct role_grants *grants = data;
	int r;

	if (grants->n == ROLE_GRANTS_MAX) {
		return -E2BIG;
	}
	r = role_parse(row[0].text, &grants->items[grants->n].role);
	r = r < 0 ? r : store_copy(&row[1], grants->items[grants->n].team, DEVICE_TEAM_MAX);
	grants->n++;
	return r;
}

int grants_read(struct store *store, const char *account, struct role_grants *ret_grants)
{
	struct role_grants grants = {0};
	int r = store_query(store, read_grant, &grants,
		"SELECT role, team FROM grants WHERE site = $1 AND account = $2 ORDER BY team",
		store_site(), store_text(account));

	if (r == 0) {
		*ret_grants = grants;
	}
	return r;
}

int grants_put(struct store *store, const char *account, const struct role_grants *grants)
{
	int r = store_do(store, NULL, "DELETE FROM grants WHERE site = $1 AND account = $2",
		store_site(), store_text(account));

	for (size_t i = 0; r == 0 && i < grants->n; i++) {
		r = store_do(store, NULL,
			"INSERT INTO grants (site, account, team, role) VALUES ($1, $2, $3, $4)",
			store_site(), store_text(account), store_text(grants->items[i].team),
			store_text(role_name(grants->items[i].role)));
	}
	return r;
}

int grants_put_one(struct store *store, const char *account, enum role role)
{
	struct role_grants grants = {.n = 1};

	grants.items[0].role = role;
	return grants_put(store, account, &grants);
}
