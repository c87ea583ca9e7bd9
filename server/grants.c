/* SPDX-License-Identifier: Apache-2.0 */
#include "grants.h"

#include <string.h>

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

int grants_write(const struct role_grants *grants, struct str *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < grants->n; i++) {
		r = str_appendf(out, "%s%s:%s", i > 0 ? ";" : "", role_name(grants->items[i].role),
			grants->items[i].team);
	}
	return r;
}

int grants_parse(struct span text, struct role_grants *ret_grants)
{
	struct role_grants grants = {0};
	struct span item, role;

	while (span_next(&text, ';', &item)) {
		if (grants.n == ROLE_GRANTS_MAX || !span_next(&item, ':', &role) || !item.p ||
			item.len > DEVICE_TEAM_MAX ||
			role_parse(role, &grants.items[grants.n].role) < 0) {
			return -EINVAL;
		}
		memcpy(grants.items[grants.n++].team, item.p, item.len);
	}
	if (!grants_valid(&grants)) {
		return -EINVAL;
	}
	*ret_grants = grants;
	return 0;
}

bool grants_valid(const struct role_grants *grants)
{
	for (size_t i = 0; i < grants->n; i++) {
		const char *team = grants->items[i].team;

		if (team[0] && !device_team_valid(span_z(team))) {
			return false;
		}
		for (size_t j = 0; j < i; j++) {
			if (strcmp(grants->items[j].team, team) == 0) {
				return false;
			}
		}
	}
	return grants->n > 0;
}
