/* SPDX-License-Identifier: Apache-2.0 */
#include "auth.h"

#include "factors.h"
#include "grants.h"

#include <string.h>

bool auth_name_valid(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
			(c == 0 || i == 0 || !strchr("._@-", c))) {
			return false;
		}
	}
	return name.len >= 1 && name.len <= AUTH_NAME_MAX;
}

int auth_start(
	struct store *store, const char *name, int64_t now_s, char ret_cookie[SECRET_LEN + 1])
{
	char hash[SECRET_HASH_LEN + 1];
	int r = secret_new(ret_cookie);

	r = r < 0 ? r : secret_hash(span_z(ret_cookie), hash);
	return r < 0 ? r
		     : store_do(store, NULL,
			       "INSERT INTO sessions (site, hash, admin, started, seen) "
			       "VALUES ($1, $2, $3, $4, $4)",
			       store_site(), store_text(hash), store_text(name), store_int(now_s));
}

struct session_row {
	struct auth_session session;
	int64_t started;
	int64_t seen;
};

static int read_session(const struct store_value *row, void *data)
{
	struct session_row *out = data;

	out->started = row[1].n;
	out->seen = row[2].n;
	return store_copy(&row[0], out->session.name, AUTH_NAME_MAX);
}

int auth_check(
	struct store *store, struct span cookie, int64_t now_s, struct auth_session *ret_session)
{
	struct session_row row = {0};
	int r;

	if (cookie.len != SECRET_LEN) {
		return AUTH_E_UNKNOWN;
	}
	r = secret_hash(cookie, row.session.hash);
	r = r < 0 ? r
		  : store_query(store, read_session, &row,
			    "SELECT admin, started, seen FROM sessions WHERE site = $1 AND hash = "
			    "$2",
			    store_site(), store_text(row.session.hash));
	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	if (!row.session.name[0]) {
		return AUTH_E_UNKNOWN;
	}
	/* A clock that was set back ends no session early and prolongs none. */
	if (now_s >= row.started + AUTH_SESSION_S || now_s >= row.seen + AUTH_IDLE_S) {
		return AUTH_E_EXPIRED;
	}
	row.session.expires = row.started + AUTH_SESSION_S;
	row.session.touch = now_s >= row.seen + AUTH_TOUCH_S;
	r = grants_read(store, row.session.name, &row.session.grants);
	r = r != 0 ? r : factors_have(store, row.session.name, &row.session.factor);
	if (r == 0) {
		*ret_session = row.session;
	}
	return r;
}

int auth_touch(struct store *store, const char *hash, int64_t now_s)
{
	return store_do(store, NULL,
		"UPDATE sessions SET seen = $3 WHERE site = $1 AND hash = $2 AND seen < $3",
		store_site(), store_text(hash), store_int(now_s));
}

int auth_end(struct store *store, struct span cookie)
{
	char hash[SECRET_HASH_LEN + 1];
	int r = secret_hash(cookie, hash);

	return r < 0 ? r
		     : store_do(store, NULL, "DELETE FROM sessions WHERE site = $1 AND hash = $2",
			       store_site(), store_text(hash));
}

int auth_end_others(struct store *store, const char *name, const char *hash)
{
	return store_do(store, NULL,
		"DELETE FROM sessions WHERE site = $1 AND admin = $2 AND hash <> $3", store_site(),
		store_text(name), store_text(hash));
}

bool auth_needs_factor(const struct auth_session *session)
{
	for (size_t i = 0; i < session->grants.n && !session->token; i++) {
		if (session->grants.items[i].role == ROLE_ADMINISTRATOR) {
			return !session->factor;
		}
	}
	return false;
}

static int read_password(const struct store_value *row, void *data)
{
	struct password *password = data;
	int r = store_copy(&row[0], password->salt, PASSWORD_SALT_LEN);

	password->n = row[2].n;
	password->r = row[3].n;
	password->p = row[4].n;
	return r < 0 ? r : store_copy(&row[1], password->hash, PASSWORD_HASH_LEN);
}

int auth_find_admin(
	struct store *store, const char *name, struct password *ret_password, bool *ret_found)
{
	struct password found = {0};
	int r = store_query(store, read_password, &found,
		"SELECT salt, hash, cost_n, cost_r, cost_p FROM admins "
		"WHERE site = $1 AND name = $2",
		store_site(), store_text(name));

	if (r == 0) {
		*ret_password = found;
		*ret_found = found.hash[0];
	}
	return r;
}

int auth_have_admin(struct store *store, bool *ret_have)
{
	int64_t n = 0;
	int r = store_query(store, store_row_int, &n, "SELECT COUNT(*) FROM admins WHERE site = $1",
		store_site());

	if (r == 0) {
		*ret_have = n > 0;
	}
	return r;
}

int auth_put_password(struct store *store, const char *name, const struct password *password)
{
	return store_do(store, NULL,
		"INSERT INTO admins (site, name, salt, hash, cost_n, cost_r, cost_p) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7) "
		"ON CONFLICT (site, name) DO UPDATE SET salt = excluded.salt, "
		"hash = excluded.hash, cost_n = excluded.cost_n, cost_r = excluded.cost_r, "
		"cost_p = excluded.cost_p",
		store_site(), store_text(name), store_text(password->salt),
		store_text(password->hash), store_int(password->n), store_int(password->r),
		store_int(password->p));
}

int auth_put_admin(struct store *store, const char *name, const struct password *password)
{
	int r = auth_put_password(store, name, password);

	return r != 0 ? r : auth_end_others(store, name, "");
}

/* Links that were used are kept as long as their time, so that a second use is told apart. */
int auth_forget_old(struct store *store, int64_t now_s)
{
	int r = store_do(store, NULL,
		"DELETE FROM sessions WHERE site = $1 AND (started <= $2 OR seen <= $3)",
		store_site(), store_int(now_s - AUTH_SESSION_S), store_int(now_s - AUTH_IDLE_S));

	return r != 0 ? r
		      : store_do(store, NULL, "DELETE FROM links WHERE site = $1 AND expires <= $2",
				store_site(), store_int(now_s - AUTH_LINK_S));
}
