/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts.h"

#include "answer.h"
#include "factors.h"
#include "grants.h"
#include "moment.h"

#include <string.h>

struct listing {
	struct json_object *list;
	struct json_object *grants; /* of the account last seen */
	char name[AUTH_NAME_MAX + 1];
};

static int add_account(struct listing *listing, const struct store_value *row)
{
	struct json_object *item = json_object_new_object();
	int r = answer_push(listing->list, item);

	listing->grants = json_object_new_array();
	r = r != 0 ? r : answer_add_span(item, "name", row[0].text);
	r = r != 0 ? r : answer_add(item, "second_factor", json_object_new_boolean(row[3].n > 0));
	r = r != 0 ? r : answer_add_int(item, "codes_left", row[4].n);
	return r != 0 ? r : answer_add(item, "grants", listing->grants);
}

/* One row for each grant, so that an account may come several times in a row. */
static int read_account(const struct store_value *row, void *data)
{
	struct listing *listing = data;
	struct json_object *grant;
	int r = 0;

	if (!span_eq(row[0].text, listing->name)) {
		r = store_copy(&row[0], listing->name, AUTH_NAME_MAX);
		r = r != 0 ? r : add_account(listing, row);
	}
	if (r != 0 || row[1].type == STORE_NULL) {
		return r;
	}
	grant = json_object_new_object();
	r = answer_push(listing->grants, grant);
	r = r != 0 ? r : answer_add_span(grant, "group", row[1].text);
	return r != 0 ? r : answer_add_span(grant, "role", row[2].text);
}

int accounts_read(struct store *store, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct listing listing = {.list = json_object_new_array()};
	int r = answer_add(body, "accounts", listing.list);

	r = r != 0 ? r
		   : store_query(store, read_account, &listing,
			     "SELECT a.name, g.team, g.role, (SELECT COUNT(*) FROM factors f "
			     "WHERE f.site = a.site AND f.account = a.name AND f.kind = 'totp' "
			     "AND f.id = 'main'), (SELECT COUNT(*) FROM factors f "
			     "WHERE f.site = a.site AND f.account = a.name "
			     "AND f.kind = 'recovery') FROM (SELECT site, name FROM admins "
			     "WHERE site = $1 ORDER BY name LIMIT 500) a LEFT JOIN grants g "
			     "ON g.site = a.site AND g.account = a.name ORDER BY a.name, g.team",
			     store_site());
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

/* After a change, inside of the same transaction: undone when it is not right. */
static int check_left(struct store *store)
{
	int64_t n = 0;
	int r = store_query(store, store_row_int, &n,
		"SELECT COUNT(*) FROM grants WHERE site = $1 AND team = '' "
		"AND role = 'administrator'",
		store_site());

	return r == 0 && n == 0 ? ACCOUNTS_E_LAST : r;
}

static int check_there(struct store *store, const char *name)
{
	int64_t n = 0;
	int r = store_query(store, store_row_int, &n,
		"SELECT COUNT(*) FROM admins WHERE site = $1 AND name = $2", store_site(),
		store_text(name));

	return r == 0 && n == 0 ? ACCOUNTS_E_UNKNOWN : r;
}

static int end_tokens(struct store *store, const char *name)
{
	return store_do(store, NULL, "DELETE FROM api_tokens WHERE site = $1 AND account = $2",
		store_site(), store_text(name));
}

/* Runs change and takes it back where nobody would be left. */
static int change(struct store *store, const char *name, const struct role_grants *grants,
	int (*fn)(struct store *store, const char *name, const struct role_grants *grants))
{
	int r = check_there(store, name), undone;

	r = r != 0 ? r : store->ops->mark(store);
	if (r != 0) {
		return r;
	}
	r = fn(store, name, grants);
	r = r != 0 ? r : check_left(store);
	undone = store->ops->unmark(store, r == 0);
	return undone < 0 ? undone : r;
}

static int set_grants(struct store *store, const char *name, const struct role_grants *grants)
{
	char teams[ROLE_TEAMS_LEN + 1];
	int r = grants_put(store, name, grants);

	if (r == 0 && role_reach(grants, ROLE_ACCOUNTS, teams) != ROLE_EVERYWHERE) {
		r = end_tokens(store, name);
	}
	return r;
}

int accounts_set_grants(struct store *store, const char *name, const struct role_grants *grants)
{
	return change(store, name, grants, set_grants);
}

static int end(struct store *store, const char *name, const struct role_grants *grants)
{
	int r = grants_put(store, name, grants);

	r = r != 0 ? r : factors_forget(store, name);
	r = r != 0 ? r : auth_end_others(store, name, "");
	r = r != 0 ? r : end_tokens(store, name);
	r = r != 0 ? r
		   : store_do(store, NULL, "DELETE FROM links WHERE site = $1 AND account = $2",
			     store_site(), store_text(name));
	return r != 0 ? r
		      : store_do(store, NULL, "DELETE FROM admins WHERE site = $1 AND name = $2",
				store_site(), store_text(name));
}

int accounts_end(struct store *store, const char *name)
{
	const struct role_grants none = {0};

	return change(store, name, &none, end);
}
