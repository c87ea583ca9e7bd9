/* SPDX-License-Identifier: Apache-2.0 */
/* auth.no-empty-password: no account that can log in has an empty password field. */
#include "accounts.h"
#include "check.h"

#include <string.h>

#define SMALL_FILE_MAX ((size_t)64 << 10)

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/pam.d/common-auth"},
	{CHECK_INPUT_FILE, "etc/pam.d/system-auth"},
	{CHECK_INPUT_FILE, "etc/passwd"},
	{CHECK_INPUT_FILE, "etc/shadow"},
};

struct tally {
	size_t logins;
	bool empty;  /* at least one of them has an empty password */
	bool unseen; /* one refers to a shadow file that could not be read */
	bool remote; /* accounts of a directory are mixed in */
	bool damaged;
};

static void account_take(
	const struct account *account, const struct span *shadow, struct tally *tally)
{
	struct span password;

	if (!accounts_shell_login(account->shell)) {
		return;
	}
	tally->logins++;
	if (account->password.len == 0) {
		tally->empty = true;
	} else if (!span_eq(account->password, "x")) {
		return; /* a hash, or a mark that fits none */
	} else if (!shadow) {
		tally->unseen = true;
	} else if (accounts_shadow_find(*shadow, account->name, &password) && password.len == 0) {
		tally->empty = true;
	}
}

static void accounts_take(struct span passwd, const struct span *shadow, struct tally *tally)
{
	struct account account;
	int r;

	tally->damaged = shadow && !accounts_shadow_sound(*shadow);
	while ((r = accounts_next(&passwd, &account)) != ACCOUNTS_E_END) {
		if (r == 0) {
			account_take(&account, shadow, tally);
		}
		tally->remote = tally->remote || r == ACCOUNTS_E_REMOTE;
		tally->damaged = tally->damaged || r == ACCOUNTS_E_FORMAT;
	}
}

/* nsswitch.conf(5): another source of accounts than the files of this machine */
static int directory_look(const struct sysroot *root, bool *ret_directory)
{
	static const char *const sources[] = {"hesiod", "ldap", "nis", "nisplus", "sss", "winbind"};
	cleanup(free_ptr) char *text = NULL;
	struct span rest, line, name, word;
	size_t len = 0;
	int r = sysroot_read(root, "etc/nsswitch.conf", SMALL_FILE_MAX, &text, &len);

	*ret_directory = false;
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	rest = (struct span){text, len};
	while (span_next(&rest, '\n', &line)) {
		if (!span_next(&line, ':', &name) || !span_eq(span_trim(name), "passwd")) {
			continue;
		}
		line.len = strcspn(line.len ? line.p : "", "#\n");
		while (span_next(&line, ' ', &word)) {
			word = span_trim(word);
			for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
				*ret_directory = *ret_directory || span_eq(word, sources[i]);
			}
		}
	}
	return 0;
}

/* pam_unix(8): with nullok an empty password is enough; without it such an account is shut. */
static int nullok_note(const struct sysroot *root, struct verdict *v)
{
	static const char *const paths[] = {"etc/pam.d/common-auth", "etc/pam.d/system-auth"};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		cleanup(free_ptr) char *text = NULL;
		struct span rest, line;
		size_t len = 0;
		int r = sysroot_read(root, paths[i], SMALL_FILE_MAX, &text, &len);

		if (r == -ENOMEM) {
			return r;
		}
		rest = (struct span){text, r == 0 ? len : 0};
		while (span_next(&rest, '\n', &line)) {
			line = span_trim(line);
			if (line.len > 0 && line.p[0] != '#' &&
				memmem(line.p, line.len, " nullok", 7)) {
				verdict_note(v, "nullok", "yes");
				return 0;
			}
		}
	}
	return 0;
}

static int judge(const struct check_ctx *ctx, const struct tally *tally, int shadow_outcome,
	struct verdict *v)
{
	bool directory = false;
	int r = directory_look(ctx->root, &directory);

	if (r == 0) {
		r = nullok_note(ctx->root, v);
	}
	if (r < 0) {
		return r;
	}
	if (tally->empty) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_EMPTY_PASSWORD);
	}
	if (tally->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (tally->unseen) {
		return verdict_set(v, POSTURE_UNKNOWN,
			shadow_outcome == -EACCES || shadow_outcome == -EPERM
				? POSTURE_NOT_PERMITTED
			: shadow_outcome == FD_E_MISSING ? POSTURE_SOURCE_MISSING
							 : POSTURE_FORMAT_UNKNOWN);
	}
	if (directory || tally->remote) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DIRECTORY_ACCOUNTS);
	}
	if (tally->logins == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_ACCOUNTS);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_NO_EMPTY_PASSWORD);
}

static void secret_free(char **text)
{
	if (*text) {
		explicit_bzero(*text, strlen(*text));
		free(*text);
	}
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) char *passwd = NULL;
	cleanup(secret_free) char *shadow = NULL;
	struct tally tally = {.logins = 0};
	size_t passwd_len = 0, shadow_len = 0;
	struct span shadow_span;
	int r, shadow_outcome;

	r = sysroot_read(ctx->root, "etc/passwd", ACCOUNTS_FILE_MAX, &passwd, &passwd_len);
	if (r == FD_E_MISSING) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (r == -EACCES || r == -EPERM) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (r != 0) {
		return r == -ENOMEM ? r : verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	shadow_outcome =
		sysroot_read(ctx->root, "etc/shadow", ACCOUNTS_FILE_MAX, &shadow, &shadow_len);
	if (shadow_outcome == -ENOMEM) {
		return shadow_outcome;
	}
	shadow_span = (struct span){shadow, shadow_len};
	accounts_take((struct span){passwd, passwd_len}, shadow_outcome == 0 ? &shadow_span : NULL,
		&tally);
	return judge(ctx, &tally, shadow_outcome, v);
}

const struct check check_auth_no_empty_password = {
	.id = "auth.no-empty-password",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
