/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts.h"

#include "answer.h"
#include "moment.h"

#include <stdio.h>
#include <string.h>

int accounts_make_token(struct store *store, const struct accounts_token *terms,
	char ret_id[SECRET_ID_LEN + 1], char ret_token[SECRET_LEN + 1])
{
	char hash[SECRET_HASH_LEN + 1];
	int r = secret_new(ret_token);

	r = r < 0 ? r : secret_new_id(ret_id);
	r = r < 0 ? r : secret_hash(span_z(ret_token), hash);
	return r < 0 ? r
		     : store_do(store, NULL,
			       "INSERT INTO api_tokens (site, id, hash, account, name, team, role, "
			       "made, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			       store_site(), store_text(ret_id), store_text(hash),
			       store_text(terms->account), store_text(terms->name),
			       store_text(terms->team), store_text(role_name(terms->role)),
			       store_int(terms->made), store_int(terms->expires));
}

static int read_token(const struct store_value *row, void *data)
{
	static const char *const names[] = {"id", "account", "name", "group", "role"};
	struct json_object *item = json_object_new_object();
	int r = answer_push(data, item);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_span(item, names[i], row[i].text);
	}
	r = r != 0 ? r : answer_add(item, "made", moment_json_instant(row[5].n));
	return r != 0 ? r : answer_add(item, "expires", moment_json_instant(row[6].n));
}

int accounts_read_tokens(struct store *store, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *list = json_object_new_array();
	int r = answer_add(body, "tokens", list);

	r = r != 0 ? r
		   : store_query(store, read_token, list,
			     "SELECT id, account, name, team, role, made, expires FROM api_tokens "
			     "WHERE site = $1 ORDER BY made DESC, id LIMIT 200",
			     store_site());
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

int accounts_end_token(struct store *store, const char *id)
{
	int64_t changes = 0;
	int r = store_do(store, &changes, "DELETE FROM api_tokens WHERE site = $1 AND id = $2",
		store_site(), store_text(id));

	return r == 0 && changes == 0 ? ACCOUNTS_E_UNKNOWN : r;
}

struct bearer {
	struct auth_session session;
	bool found;
};

static int read_bearer(const struct store_value *row, void *data)
{
	struct bearer *bearer = data;
	struct role_grants *grants = &bearer->session.grants;
	int r = role_parse(row[0].text, &grants->items[0].role);

	r = r < 0 ? r : store_copy(&row[1], grants->items[0].team, DEVICE_TEAM_MAX);
	snprintf(bearer->session.name, sizeof(bearer->session.name), "token:%.*s",
		(int)row[2].text.len, row[2].text.p);
	grants->n = 1;
	bearer->session.token = true;
	bearer->session.expires = row[3].n;
	bearer->found = true;
	return r;
}

int accounts_check_token(
	struct store *store, struct span token, int64_t now_s, struct auth_session *ret_session)
{
	struct bearer bearer = {0};
	char hash[SECRET_HASH_LEN + 1];
	int r;

	if (token.len != SECRET_LEN) {
		return AUTH_E_UNKNOWN;
	}
	r = secret_hash(token, hash);
	r = r < 0 ? r
		  : store_query(store, read_bearer, &bearer,
			    "SELECT role, team, name, expires FROM api_tokens WHERE site = $1 "
			    "AND hash = $2",
			    store_site(), store_text(hash));
	if (r != 0 || !bearer.found) {
		return r != 0 ? r : AUTH_E_UNKNOWN;
	}
	if (now_s >= bearer.session.expires) {
		return AUTH_E_EXPIRED;
	}
	*ret_session = bearer.session;
	return 0;
}
