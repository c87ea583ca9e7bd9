/* SPDX-License-Identifier: Apache-2.0 */
/* Who may: administrators, their sessions, and the one-time links that make them. */
#pragma once

#include "password.h"
#include "role.h"
#include "secret.h"
#include "store.h"

#define AUTH_NAME_MAX 64
#define AUTH_SESSION_S ((int64_t)12 * 3600) /* from signing in */
#define AUTH_IDLE_S ((int64_t)30 * 60)	    /* from the last request */
#define AUTH_TOUCH_S 60			    /* a session's last request is kept this exactly */
#define AUTH_LINK_S ((int64_t)24 * 3600)
#define AUTH_INVITE_S ((int64_t)7 * 86400)
#define AUTH_COOKIE "__Host-session"

enum auth_outcome {
	AUTH_E_UNKNOWN = 1, /* no such session or link */
	AUTH_E_EXPIRED,	    /* it was one */
};

struct auth_session {
	char hash[SECRET_HASH_LEN + 1];
	char name[AUTH_NAME_MAX + 1];
	struct role_grants grants;
	bool factor; /* it has a second factor */
	bool token;  /* an API token: never about accounts */
	int64_t expires;
	bool touch; /* auth_touch is due */
};

bool auth_name_valid(struct span name); /* [A-Za-z0-9][A-Za-z0-9._@-]{0,63} */

must_check int auth_start(
	struct store *store, const char *name, int64_t now_s, char ret_cookie[SECRET_LEN + 1]);
must_check int auth_check(
	struct store *store, struct span cookie, int64_t now_s, struct auth_session *ret_session);
must_check int auth_touch(struct store *store, const char *hash, int64_t now_s);
must_check int auth_end(struct store *store, struct span cookie);

/* ret_found false: no such administrator */
must_check int auth_find_admin(
	struct store *store, const char *name, struct password *ret_password, bool *ret_found);
must_check int auth_have_admin(struct store *store, bool *ret_have);
/* Sessions go on. */
must_check int auth_put_password(
	struct store *store, const char *name, const struct password *password);
/* A new one, or a new password for one: then all sessions of that one end. */
must_check int auth_put_admin(
	struct store *store, const char *name, const struct password *password);

/* Ends every session of that account but the one with this hash ("" for none). */
must_check int auth_end_others(struct store *store, const char *name, const char *hash);
/* Those who have the administrator's role may do nothing before they have a second factor. */
bool auth_needs_factor(const struct auth_session *session);

#define AUTH_ANY_NAME "*"
struct auth_link {
	char account[AUTH_NAME_MAX +
		     1]; /* AUTH_ANY_NAME, "" for a new one, or whose password it sets */
	struct role_grants grants;
};
must_check int auth_make_link(struct store *store, const struct auth_link *link, int64_t expires,
	char ret_link[SECRET_LEN + 1]);
/* AUTH_E_UNKNOWN, AUTH_E_EXPIRED */
must_check int auth_check_link(
	struct store *store, struct span link, int64_t now_s, struct auth_link *ret_link);
must_check int auth_use_link(
	struct store *store, struct span link, int64_t now_s, struct auth_link *ret_link);
must_check int auth_forget_old(struct store *store, int64_t now_s);
