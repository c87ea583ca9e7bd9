/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-login.h"

#include "fd.h"

#include <string.h>

#define FILE_MAX ((size_t)3 * (MAIL_LOGIN_MAX + 1))

void mail_login_wipe(struct mail_login *login)
{
	explicit_bzero(login, sizeof(*login));
}

bool mail_login_word_valid(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f) {
			return false;
		}
	}
	return text.len > 0 && text.len <= MAIL_LOGIN_MAX;
}

static void keep(struct span word, char to[MAIL_LOGIN_MAX + 1])
{
	memcpy(to, word.p, word.len);
	to[word.len] = 0;
}

static int parse(struct span text, const char *server, struct mail_login *ret_login)
{
	struct span relay, user, password;

	if (!span_next(&text, '\n', &relay) || !span_next(&text, '\n', &user) ||
		!span_next(&text, '\n', &password) || !mail_login_word_valid(user) ||
		!mail_login_word_valid(password)) {
		return -EBADMSG;
	}
	if (!span_eq(relay, server)) {
		return MAIL_LOGIN_E_OTHER;
	}
	keep(user, ret_login->user);
	keep(password, ret_login->password);
	return 0;
}

int mail_login_read(const struct state *state, const char *server, struct mail_login *ret_login)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = fd_read_regular(state->fd, STATE_MAIL_LOGIN, FILE_MAX, &text, &len);

	if (r == FD_E_MISSING) {
		*ret_login = (struct mail_login){.user = ""};
		return 0;
	}
	if (r != 0) {
		return r > 0 ? -EBADMSG : r;
	}
	r = parse((struct span){text, len}, server, ret_login);
	explicit_bzero(text, len);
	return r;
}

int mail_login_write(
	const struct state *state, const char *server, struct span user, struct span password)
{
	cleanup(str_finish) struct str text = {.max = FILE_MAX};
	int r;

	if (!mail_login_word_valid(span_z(server)) || !mail_login_word_valid(user) ||
		!mail_login_word_valid(password)) {
		return -EINVAL;
	}
	r = str_appendf(&text, "%s\n%.*s\n%.*s\n", server, (int)user.len, user.p, (int)password.len,
		password.p);
	r = r != 0 ? r : fd_write_atomic(state->fd, STATE_MAIL_LOGIN, text.p, text.len, 0600);
	if (text.p) {
		explicit_bzero(text.p, text.cap);
	}
	return r;
}

int mail_login_forget(const struct state *state)
{
	return unlinkat(state->fd, STATE_MAIL_LOGIN, 0) == 0 || errno == ENOENT ? 0 : -errno;
}
