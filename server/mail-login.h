/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the server signs in to the school's mail relay: a file of the state directory, mode 0600,
 * with three lines: the relay as the settings named it then, user, password. It is in no table,
 * export or backup, and whoever may change the settings cannot have the password said to another
 * relay.
 */
#pragma once

#include "state.h"

#define STATE_MAIL_LOGIN "mail-login"
#define MAIL_LOGIN_MAX 256 /* of each line */

enum mail_login_outcome {
	MAIL_LOGIN_E_OTHER = 1, /* it is another relay's */
};

struct mail_login {
	char user[MAIL_LOGIN_MAX + 1]; /* empty: none is needed */
	char password[MAIL_LOGIN_MAX + 1];
};
void mail_login_wipe(struct mail_login *login);

/* One line without control characters, not empty, that fits */
bool mail_login_word_valid(struct span text);
/* An empty user without the file; -EBADMSG when it holds no such lines. MAIL_LOGIN_E_OTHER */
must_check int mail_login_read(
	const struct state *state, const char *server, struct mail_login *ret_login);
must_check int mail_login_write(
	const struct state *state, const char *server, struct span user, struct span password);
/* Also when there is none */
must_check int mail_login_forget(const struct state *state);
