/* SPDX-License-Identifier: Apache-2.0 */
/* mail-login, mail-test: how reminders reach the school's mail relay. */
#include "cmd.h"

#include "args.h"
#include "clock.h"
#include "cmd-opened.h"
#include "config.h"
#include "log.h"
#include "mail-post.h"

#include <stdio.h>
#include <string.h>

/* One line; whoever types it at a terminal is told what is waited for. */
static bool read_password(char password[MAIL_LOGIN_MAX + 2])
{
	if (isatty(STDIN_FILENO)) {
		fputs("The relay's password, which is shown as you type: ", stderr);
	}
	if (!fgets(password, MAIL_LOGIN_MAX + 2, stdin)) {
		password[0] = 0;
	}
	password[strcspn(password, "\n")] = 0;
	return mail_login_word_valid(span_z(password));
}

static int keep_password(const struct state *state, const char *server, const char *user)
{
	char password[MAIL_LOGIN_MAX + 2];
	int r = -EINVAL;

	if (!read_password(password)) {
		log_error("the password is one line on standard input, of at most %d characters",
			MAIL_LOGIN_MAX);
	} else {
		r = mail_login_write(state, server, span_z(user), span_z(password));
		if (r < 0) {
			log_error("could not write %s: %s", STATE_MAIL_LOGIN, strerror(-r));
		}
	}
	explicit_bzero(password, sizeof(password));
	return r;
}

static int write_login(const char *path, const char *user)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	struct mail_setup setup;
	int r;

	if (!mail_login_word_valid(span_z(user))) {
		log_error("the user is one line of at most %d characters", MAIL_LOGIN_MAX);
		return -EINVAL;
	}
	if (!opened_open(path, false, STORE_READ, &opened)) {
		return -EIO;
	}
	r = mail_setup_read(opened.store, &setup);
	if (r != 0 || !setup.server[0]) {
		log_error("could not keep the login: %s",
			r != 0 ? strerror(abs(r)) : "set mail_server under Settings first");
		return -EINVAL;
	}
	return keep_password(&opened.state, setup.server, user);
}

static int forget_login(const char *path)
{
	cleanup(state_finish) struct state state = {.fd = -1};
	int r;

	if (!opened_open_state(path, false, &state)) {
		return -EIO;
	}
	r = mail_login_forget(&state);
	if (r < 0) {
		log_error("could not delete %s: %s", STATE_MAIL_LOGIN, strerror(-r));
	}
	return r;
}

int cmd_mail_login(int argc, char **argv)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *user = NULL, *forget = "no";
	const struct args_option options[] = {
		{"forget", ARGS_TEXT, &forget, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	bool gone;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), &user, 1)) {
		return CMD_USAGE;
	}
	gone = strcmp(forget, "yes") == 0;
	if (gone == (user != NULL)) {
		log_error("which user? or --forget yes, for a relay that wants no login");
		return CMD_USAGE;
	}
	if ((gone ? forget_login(path) : write_login(path, user)) < 0) {
		return CMD_FAILED;
	}
	printf("%s\n", gone ? "the login is deleted"
			    : "the login is kept; caretaker-server mail-test tries it");
	return CMD_OK;
}

/* What happened, and what to do about it */
static const char *const outcomes[MAIL_PROBLEMS] = {
	[MAIL_TAKEN] = "took the mail; look whether it arrived",
	[MAIL_CONNECT] =
		"could not be reached, or broke off: look at its name and port, and whether "
		"a firewall lets this server out",
	[MAIL_TLS] =
		"offers no TLS, or has a certificate that is not trusted for its name: nothing "
		"was sent; --mail-ca names an authority of the school's own",
	[MAIL_LOGIN] = "wants another login: caretaker-server mail-login USER",
	[MAIL_REFUSED] = "refused the mail for good: look at mail_from and mail_to, and at what it "
			 "lets this server send",
	[MAIL_LATER] = "asks to try later, which reminders do by themselves",
};

static int forget_tries(struct store *store)
{
	int r = store->ops->begin(store, true);

	r = r < 0 ? r : mail_forget_tries(store);
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

static int say_outcome(const struct mail_setup *setup, enum mail_problem problem, int status)
{
	if (problem == MAIL_TAKEN) {
		printf("%s %s\n", setup->server, outcomes[problem]);
		return CMD_OK;
	}
	log_error("could not send the mail: %s %s (its last answer: %d)", setup->server,
		outcomes[problem], status);
	return CMD_FAILED;
}

static int send_test(struct opened *opened, const char *data, const char *ca)
{
	struct mail_setup setup;
	struct mail_post post = {&opened->state, data, ca, &setup, NULL, clock_read().wall_s};
	enum mail_problem problem = MAIL_CONNECT;
	int status = 0, r = mail_setup_read(opened->store, &setup);

	if (r == 0 && !setup.on) {
		log_error("could not send a mail: set mail_from, mail_server and mail_to under "
			  "Settings first");
		return CMD_FAILED;
	}
	r = r != 0 ? r : mail_post(&post, &problem, &status);
	r = r != 0 || problem != MAIL_TAKEN ? r : forget_tries(opened->store);
	if (r != 0) {
		log_error("could not send a mail: %s", strerror(abs(r)));
		return CMD_FAILED;
	}
	return say_outcome(&setup, problem, status);
}

int cmd_mail_test(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *data = CARETAKER_DATADIR, *ca = NULL;
	const struct args_option options[] = {
		{"data", ARGS_TEXT, &data, 0, 0},
		{"mail-ca", ARGS_TEXT, &ca, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return CMD_FAILED;
	}
	return send_test(&opened, data, ca);
}
