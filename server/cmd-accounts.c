/* SPDX-License-Identifier: Apache-2.0 */
/* accounts and tokens: who may sign in, also by a program, at the server's own shell. */
#include "cmd.h"

#include "accounts.h"
#include "args.h"
#include "audit.h"
#include "clock.h"
#include "cmd-opened.h"
#include "config.h"
#include "enrol.h"
#include "factors.h"
#include "grants.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

#define WHO "console"
#define DAYS_MAX 366

/* What was said, what is done with it, and what is printed */
struct errand {
	struct store *store;
	int64_t now_s, days;
	const char *word, *name, *role, *group, *account, *url;
	enum role as;
	struct json_object *list;
	char secret[SECRET_LEN + 1], id[SECRET_ID_LEN + 1];
};

static int list_accounts(struct errand *errand)
{
	return accounts_read(errand->store, &errand->list);
}

static int make_link(struct errand *errand, const struct auth_link *link, const char *object)
{
	int r = auth_make_link(errand->store, link, errand->now_s + AUTH_INVITE_S, errand->secret);

	return r != 0 ? r : audit_append(errand->store, errand->now_s, WHO, errand->word, object);
}

static int invite(struct errand *errand)
{
	struct auth_link link = {.grants = {.n = 1}};

	link.grants.items[0].role = errand->as;
	snprintf(link.grants.items[0].team, sizeof(link.grants.items[0].team), "%s", errand->group);
	return make_link(errand, &link, role_name(errand->as));
}

static int must_be_account(struct store *store, const char *name)
{
	struct password password;
	bool found = false;
	int r = auth_find_admin(store, name, &password, &found);

	return r != 0 ? r : found ? 0 : ACCOUNTS_E_UNKNOWN;
}

/* A link for a new password; roles stay. */
static int renew(struct errand *errand)
{
	struct auth_link link = {.account = ""};
	int r = must_be_account(errand->store, errand->name);

	snprintf(link.account, sizeof(link.account), "%s", errand->name);
	r = r != 0 ? r : grants_read(errand->store, errand->name, &link.grants);
	return r != 0 ? r : make_link(errand, &link, errand->name);
}

/* An administrator then has to begin one before anything else. */
static int reset_factor(struct errand *errand)
{
	int r = must_be_account(errand->store, errand->name);

	r = r != 0 ? r : factors_forget(errand->store, errand->name);
	r = r != 0 ? r : auth_end_others(errand->store, errand->name, "");
	return r != 0 ? r
		      : audit_append(
				errand->store, errand->now_s, WHO, "factor-reset", errand->name);
}

static int end_account(struct errand *errand)
{
	int r = accounts_end(errand->store, errand->name);

	return r != 0 ? r
		      : audit_append(
				errand->store, errand->now_s, WHO, "account-end", errand->name);
}

static int list_tokens(struct errand *errand)
{
	return accounts_read_tokens(errand->store, &errand->list);
}

static int make_token(struct errand *errand)
{
	const struct accounts_token terms = {errand->account, errand->name, errand->group,
		errand->as, errand->now_s, errand->now_s + errand->days * CLOCK_DAY_S};
	int r = must_be_account(errand->store, errand->account);

	r = r != 0 ? r : accounts_make_token(errand->store, &terms, errand->id, errand->secret);
	return r != 0 ? r
		      : audit_append(errand->store, errand->now_s, WHO, "token-make", errand->name);
}

static int end_token(struct errand *errand)
{
	int r = accounts_end_token(errand->store, errand->name);

	return r != 0 ? r
		      : audit_append(errand->store, errand->now_s, WHO, "token-end", errand->name);
}

enum wants { WANTS_NAME = 1, WANTS_ROLE = 2, WANTS_ACCOUNT = 4, GIVES_LINK = 8 };
struct verb {
	const char *word;
	int (*run)(struct errand *errand);
	unsigned flags;
};
static const struct verb account_verbs[] = {
	{"end", end_account, WANTS_NAME},
	{"invite", invite, WANTS_ROLE | GIVES_LINK},
	{"list", list_accounts, 0},
	{"renew", renew, WANTS_NAME | GIVES_LINK},
	{"reset-factor", reset_factor, WANTS_NAME},
};
static const struct verb token_verbs[] = {
	{"end", end_token, WANTS_NAME},
	{"list", list_tokens, 0},
	{"make", make_token, WANTS_NAME | WANTS_ROLE | WANTS_ACCOUNT},
};

static const struct verb *find_verb(const struct verb *verbs, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(verbs[i].word, word) == 0) {
			return &verbs[i];
		}
	}
	return NULL;
}

/* True, or one line of what is wrong */
static bool check(const struct verb *verb, struct errand *errand)
{
	const char *wrong = NULL;

	if (verb->flags & WANTS_NAME ? !errand->name || !auth_name_valid(span_z(errand->name))
				     : errand->name != NULL) {
		wrong = verb->flags & WANTS_NAME ? "it takes a name" : "it takes no name";
	} else if (verb->flags & WANTS_ROLE &&
		   (!errand->role || role_parse(span_z(errand->role), &errand->as) < 0)) {
		wrong = "--role takes viewer, technician, privacy-officer or administrator";
	} else if (errand->group[0] && !device_team_valid(span_z(errand->group))) {
		wrong = "--group takes letters a to z, digits and dashes";
	} else if (verb->flags & WANTS_ACCOUNT && !errand->account) {
		wrong = "--account takes the account that answers for the token";
	} else if (verb->flags & WANTS_ACCOUNT && strlen(errand->name) > ACCOUNTS_TOKEN_NAME_MAX) {
		wrong = "the name is too long";
	} else if (!enrol_url_valid(span_z(errand->url))) {
		wrong = "--url takes https://HOST or https://HOST:PORT";
	}
	if (wrong) {
		log_error("%s: %s", verb->word, wrong);
	}
	return !wrong;
}

static const char *why(int r)
{
	return r == ACCOUNTS_E_UNKNOWN ? "there is no such one"
	       : r == ACCOUNTS_E_LAST  ? "nobody would be left who administers the whole school"
				       : strerror(r < 0 ? -r : EIO);
}

static bool run_in_write(const struct verb *verb, struct errand *errand)
{
	struct store *store = errand->store;
	int r = store->ops->begin(store, true);

	if (r == 0) {
		r = verb->run(errand);
		r = r == 0 ? store->ops->commit(store) : r;
		if (r != 0) {
			store->ops->rollback(store);
		}
	}
	if (r != 0) {
		log_error("could not %s%s%s: %s", verb->word, errand->name ? " " : "",
			errand->name ? errand->name : "", why(r));
	}
	return r == 0;
}

static bool print(const struct verb *verb, const struct errand *errand)
{
	cleanup(str_finish) struct str text = {.max = (size_t)1 << 20};

	if (errand->list) {
		if (json_write_canonical(errand->list, &text) != 0) {
			return false;
		}
		printf("%s\n", text.p);
	} else if (verb->flags & GIVES_LINK) {
		printf("%s/setup#%s\n", errand->url, errand->secret);
	} else if (errand->secret[0]) {
		printf("%s %s\n", errand->id, errand->secret);
	}
	return true;
}

static int run(const char *path, const struct verb *verb, struct errand *errand)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	int code = CMD_FAILED;

	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return code;
	}
	errand->store = opened.store;
	if (run_in_write(verb, errand) && print(verb, errand)) {
		code = CMD_OK;
	}
	explicit_bzero(errand->secret, sizeof(errand->secret));
	json_object_put(errand->list);
	return code;
}

static int run_words(int argc, char **argv, const struct verb *verbs, size_t n)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *words[2] = {"list", NULL};
	struct errand errand = {.now_s = clock_read().wall_s,
		.days = 90,
		.group = "",
		.url = "https://localhost:8443"};
	const struct args_option options[] = {
		{"account", ARGS_TEXT, &errand.account, 0, 0},
		{"days", ARGS_NUMBER, &errand.days, 1, DAYS_MAX},
		{"group", ARGS_TEXT, &errand.group, 0, 0},
		{"role", ARGS_TEXT, &errand.role, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
		{"url", ARGS_TEXT, &errand.url, 0, 0},
	};
	const struct verb *verb;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), words, ARRAY_LEN(words))) {
		return CMD_USAGE;
	}
	verb = find_verb(verbs, n, words[0]);
	if (!verb) {
		log_error("there is no %s; see caretaker-server --help", words[0]);
		return CMD_USAGE;
	}
	errand.word = verb->word;
	errand.name = words[1];
	return check(verb, &errand) ? run(path, verb, &errand) : CMD_USAGE;
}

int cmd_accounts(int argc, char **argv)
{
	return run_words(argc, argv, account_verbs, ARRAY_LEN(account_verbs));
}

int cmd_tokens(int argc, char **argv)
{
	return run_words(argc, argv, token_verbs, ARRAY_LEN(token_verbs));
}
