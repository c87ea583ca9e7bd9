/* SPDX-License-Identifier: Apache-2.0 */
#include "factors.h"

#include "crypto.h"

#include <string.h>

#define APP "main"
#define NEXT "next"
#define HALF 5 /* signs on each side of the dash */

int factors_have(struct store *store, const char *account, bool *ret_have)
{
	int64_t n = 0;
	int r = store_query(store, store_row_int, &n,
		"SELECT COUNT(*) FROM factors WHERE site = $1 AND account = $2 AND kind = 'totp' "
		"AND id = 'main'",
		store_site(), store_text(account));

	if (r == 0) {
		*ret_have = n > 0;
	}
	return r;
}

static int put(struct store *store, const char *account, const char *kind, const char *id,
	const char *secret)
{
	return store_do(store, NULL,
		"INSERT INTO factors (site, account, kind, id, secret, last) "
		"VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (site, account, kind, id) "
		"DO UPDATE SET secret = excluded.secret, last = 0",
		store_site(), store_text(account), store_text(kind), store_text(id),
		store_text(secret));
}

int factors_begin(struct store *store, const char *account, char ret_secret[TOTP_SECRET_LEN + 1])
{
	char secret[TOTP_SECRET_LEN + 1];
	int r = totp_new(secret);

	r = r < 0 ? r : put(store, account, "totp", NEXT, secret);
	if (r == 0) {
		memcpy(ret_secret, secret, sizeof(secret));
	}
	crypto_wipe(secret, sizeof(secret));
	return r;
}

struct app {
	char secret[TOTP_SECRET_LEN + 1];
	int64_t last;
};

static int read_app(const struct store_value *row, void *data)
{
	struct app *app = data;

	app->last = row[1].n;
	return store_copy(&row[0], app->secret, TOTP_SECRET_LEN);
}

/* 0 with ret_step 0 where the code is not right; FACTORS_E_NONE without such a secret */
static int find_step(struct store *store, const char *account, const char *id, struct span code,
	int64_t now_s, int64_t *ret_step)
{
	struct app app = {0};
	int r = store_query(store, read_app, &app,
		"SELECT secret, last FROM factors WHERE site = $1 AND account = $2 "
		"AND kind = 'totp' AND id = $3",
		store_site(), store_text(account), store_text(id));

	if (r != 0 || !app.secret[0]) {
		return r != 0 ? r : FACTORS_E_NONE;
	}
	r = totp_find(app.secret, code, now_s, app.last, ret_step);
	crypto_wipe(&app, sizeof(app));
	return r;
}

static int hash_code(const char *code, char ret[SECRET_HASH_LEN + 1])
{
	return secret_hash((struct span){code, FACTORS_CODE_LEN}, ret);
}

static int put_codes(struct store *store, const char *account, struct factors_codes *codes)
{
	int r = store_do(store, NULL,
		"DELETE FROM factors WHERE site = $1 AND account = $2 AND kind = 'recovery'",
		store_site(), store_text(account));

	for (size_t i = 0; r == 0 && i < FACTORS_CODES; i++) {
		char signs[TOTP_SECRET_LEN + 1], hash[SECRET_HASH_LEN + 1];
		char *code = codes->items[i];

		r = totp_new(signs);
		memcpy(code, signs, HALF);
		code[HALF] = '-';
		memcpy(code + HALF + 1, signs + HALF, HALF);
		code[FACTORS_CODE_LEN] = 0;
		r = r < 0 ? r : hash_code(code, hash);
		r = r < 0 ? r : put(store, account, "recovery", hash, "");
	}
	return r;
}

int factors_confirm(struct store *store, const char *account, struct span code, int64_t now_s,
	struct factors_codes *ret_codes)
{
	int64_t step = 0;
	int r = find_step(store, account, NEXT, code, now_s, &step);

	if (r != 0 || step == 0) {
		return r != 0 ? r : FACTORS_E_WRONG;
	}
	r = store_do(store, NULL,
		"DELETE FROM factors WHERE site = $1 AND account = $2 AND kind = 'totp' "
		"AND id = 'main'",
		store_site(), store_text(account));
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "UPDATE factors SET id = 'main', last = $3 WHERE site = $1 "
			     "AND account = $2 AND kind = 'totp' AND id = 'next'",
			     store_site(), store_text(account), store_int(step));
	return r != 0 ? r : put_codes(store, account, ret_codes);
}

/* As it was printed, in any case of letters, with or without the dash */
static bool read_code(struct span text, char ret[FACTORS_CODE_LEN + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '-' || c == ' ') {
			continue;
		}
		if (n == FACTORS_CODE_LEN) {
			return false;
		}
		if (n == HALF) {
			ret[n++] = '-';
		}
		ret[n++] = c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
	}
	ret[n] = 0;
	return n == FACTORS_CODE_LEN;
}

static int use_paper(struct store *store, const char *account, struct span text)
{
	char code[FACTORS_CODE_LEN + 2], hash[SECRET_HASH_LEN + 1];
	int64_t changes = 0;
	int r;

	if (!read_code(text, code)) {
		return FACTORS_E_WRONG;
	}
	r = hash_code(code, hash);
	r = r < 0 ? r
		  : store_do(store, &changes,
			    "DELETE FROM factors WHERE site = $1 AND account = $2 "
			    "AND kind = 'recovery' AND id = $3",
			    store_site(), store_text(account), store_text(hash));
	return r != 0 ? r : changes > 0 ? 0 : FACTORS_E_WRONG;
}

int factors_use(
	struct store *store, const char *account, struct span code, int64_t now_s, bool *ret_paper)
{
	int64_t step = 0;
	int r = find_step(store, account, APP, code, now_s, &step);

	if (r == 0 && step == 0) {
		r = use_paper(store, account, code);
		*ret_paper = r == 0;
		return r;
	}
	*ret_paper = false;
	return r != 0 ? r
		      : store_do(store, NULL,
				"UPDATE factors SET last = $3 WHERE site = $1 AND account = $2 "
				"AND kind = 'totp' AND id = 'main'",
				store_site(), store_text(account), store_int(step));
}

int factors_forget(struct store *store, const char *account)
{
	return store_do(store, NULL, "DELETE FROM factors WHERE site = $1 AND account = $2",
		store_site(), store_text(account));
}
