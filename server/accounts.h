/* SPDX-License-Identifier: Apache-2.0 */
/* Those who sign in: what they may do, and how that ends. Also by a program: API tokens. */
#pragma once

#include "auth.h"
#include "json.h"

#define ACCOUNTS_MAX 500
#define ACCOUNTS_TOKENS_MAX 200
#define ACCOUNTS_TOKEN_NAME_MAX 40

enum accounts_outcome {
	ACCOUNTS_E_UNKNOWN = 1, /* no such account, no such token */
	ACCOUNTS_E_LAST,	/* nobody would be left who administers the whole school */
};

/* An object of server/openapi.json, of that name */
must_check int accounts_read(struct store *store, struct json_object **ret);
/* Its sessions go on with the new roles; its API tokens end unless it still may make some. */
must_check int accounts_set_grants(
	struct store *store, const char *name, const struct role_grants *grants);
/* Sessions, second factor, roles and API tokens go with it; what it did stays in the log. */
must_check int accounts_end(struct store *store, const char *name);

struct accounts_token {
	const char *account;
	const char *name;
	const char *team; /* "" is everywhere */
	enum role role;
	int64_t made;
	int64_t expires;
};
/* ret_token: shown once and never again */
must_check int accounts_make_token(struct store *store, const struct accounts_token *terms,
	char ret_id[SECRET_ID_LEN + 1], char ret_token[SECRET_LEN + 1]);
must_check int accounts_read_tokens(struct store *store, struct json_object **ret);
must_check int accounts_end_token(struct store *store, const char *id);
/* AUTH_E_UNKNOWN, AUTH_E_EXPIRED */
must_check int accounts_check_token(
	struct store *store, struct span token, int64_t now_s, struct auth_session *ret_session);
