/* SPDX-License-Identifier: Apache-2.0 */
#include "codes.h"

#include "answer.h"

int codes_put(struct store *store, const char *token, const struct device_token *terms,
	int64_t now_s, char ret_id[SECRET_ID_LEN + 1])
{
	int r = secret_new_id(ret_id);

	r = r < 0 ? r : device_put_token(store, token, terms);
	if (r == 0) {
		char hash[SECRET_HASH_LEN + 1];

		r = secret_hash(span_z(token), hash);
		r = r < 0 ? r
			  : store_do(store, NULL,
				    "UPDATE tokens SET id = $3, made = $4, uses = $5 "
				    "WHERE site = $1 AND hash = $2",
				    store_site(), store_text(hash), store_text(ret_id),
				    store_int(now_s), store_int(terms->uses));
	}
	return r;
}

struct listing {
	struct json_object *list;
	int64_t now_s;
};

static int read_code(const struct store_value *row, void *data)
{
	static const char *const names[] = {"id", "ownership", "group"};
	const struct listing *listing = data;
	struct json_object *item = json_object_new_object();
	const char *state = listing->now_s >= row[6].n ? "expired"
			    : row[4].n <= 0	       ? "used"
						       : "open";
	int r = answer_push(listing->list, item);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_span(item, names[i], row[i].text);
	}
	r = r != 0 ? r : answer_add_int(item, "uses", row[3].n);
	r = r != 0 ? r : answer_add_int(item, "uses_left", row[4].n);
	r = r != 0 ? r : answer_add(item, "made", moment_json_day(row[5].n));
	r = r != 0 ? r : answer_add(item, "expires", moment_json_instant(row[6].n));
	return r != 0 ? r : answer_add_text(item, "state", state);
}

int codes_read(struct store *store, const char *teams, int64_t now_s, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct listing listing = {json_object_new_array(), now_s};
	int r = answer_add(body, "codes", listing.list);

	r = r != 0 ? r
		   : store_query(store, read_code, &listing,
			     "SELECT id, ownership, team, uses, uses_left, made, expires "
			     "FROM tokens WHERE site = $1 "
			     "AND ($2 = '' OR $2 LIKE '%,' || team || ',%') "
			     "ORDER BY made DESC, id LIMIT 500",
			     store_site(), store_text(teams));
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

static int read_team(const struct store_value *row, void *data)
{
	return store_copy(&row[0], data, DEVICE_TEAM_MAX);
}

int codes_revoke(
	struct store *store, const char *id, const char *teams, char ret_team[DEVICE_TEAM_MAX + 1])
{
	int r;

	ret_team[0] = 0;
	r = store_query(store, read_team, ret_team,
		"DELETE FROM tokens WHERE site = $1 AND id = $2 "
		"AND ($3 = '' OR $3 LIKE '%,' || team || ',%') RETURNING team",
		store_site(), store_text(id), store_text(teams));
	return r == 0 && !ret_team[0] ? CODES_E_UNKNOWN : r;
}
