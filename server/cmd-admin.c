/* SPDX-License-Identifier: Apache-2.0 */
/* init, token, admin-link, check: what an administrator does at the server's own shell. */
#include "cmd.h"

#include "args.h"
#include "audit.h"
#include "auth.h"
#include "clock.h"
#include "cmd-opened.h"
#include "codes.h"
#include "config.h"
#include "device.h"
#include "enrol.h"
#include "log.h"
#include "refresh.h"
#include "tls-cert.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_URL "https://localhost:8443"

static bool check_url(const char *url)
{
	if (!enrol_url_valid(span_z(url))) {
		log_error("--url takes https://HOST or https://HOST:PORT");
		return false;
	}
	return true;
}

/* Runs fn and commits: one write of the command line. */
static int write_once(struct store *store, int (*fn)(struct store *store, void *data), void *data)
{
	int r = store->ops->begin(store, true);

	if (r < 0) {
		return r;
	}
	r = fn(store, data);
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r > 0 ? -EIO : r;
}

int cmd_init(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *data = CARETAKER_DATADIR;
	struct args_list names = {0};
	const struct args_option options[] = {
		{"data", ARGS_TEXT, &data, 0, 0},
		{"name", ARGS_LIST, &names, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	int64_t now_s = clock_read().wall_s;
	bool made = false;
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	for (size_t i = 0; i < names.n; i++) {
		if (tls_cert_check_name(names.items[i]) < 0) {
			log_error("--name takes a host name or an address, not %s", names.items[i]);
			return CMD_USAGE;
		}
	}
	if (!opened_open(path, true, STORE_CREATE, &opened)) {
		return CMD_FAILED;
	}
	r = state_init(&opened.state, names.items, names.n, now_s, &made);
	r = r < 0 ? r : state_load_pins(&opened.state);
	if (r < 0) {
		log_error("could not make the keys in %s: %s", path, strerror(-r));
		return CMD_FAILED;
	}
	if (!refresh_now(&opened.state, data, opened.store, now_s)) {
		return CMD_FAILED;
	}
	printf("%s\n", made ? "keys and certificate are made" : "keys and certificate were there");
	return CMD_OK;
}

struct token_write {
	struct device_token terms;
	const char *token;
	int64_t now_s;
};

static int put_token(struct store *store, void *data)
{
	const struct token_write *write = data;
	char id[SECRET_ID_LEN + 1];
	int r = codes_put(store, write->token, &write->terms, write->now_s, id);

	return r != 0 ? r
		      : audit_append(
				store, write->now_s, "console", "code-make", write->terms.team);
}

static int fill_enrol(const struct state *state, const char *url, struct enrol *enrol)
{
	int r = state_read_enrol(state, enrol);

	r = r < 0 ? r : secret_new(enrol->token);
	if (r == 0) {
		memcpy(enrol->url, url, strlen(url));
	}
	return r;
}

static int print_token(struct opened *opened, const char *url, struct device_token *terms)
{
	cleanup(str_finish) struct str text = {.max = ENROL_TEXT_MAX};
	struct enrol enrol = {0};
	struct token_write write = {*terms, enrol.token, clock_read().wall_s};
	int r = fill_enrol(&opened->state, url, &enrol);

	r = r < 0 ? r : enrol_write(&enrol, &text);
	r = r < 0 ? r : write_once(opened->store, put_token, &write);
	if (r != 0) {
		log_error("could not make the code: %s",
			r == -ENOENT ? "run caretaker-server init first" : strerror(-r));
		return CMD_FAILED;
	}
	printf("%s\n", text.p);
	return CMD_OK;
}

int cmd_token(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *owner = "school", *team = NULL;
	const char *url = DEFAULT_URL;
	int64_t uses = 1, days = 7;
	const struct args_option options[] = {
		{"days", ARGS_NUMBER, &days, 1, 365},
		{"group", ARGS_TEXT, &team, 0, 0},
		{"ownership", ARGS_TEXT, &owner, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
		{"url", ARGS_TEXT, &url, 0, 0},
		{"uses", ARGS_NUMBER, &uses, 1, 100000},
	};
	struct device_token terms = {0};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (moment_parse_owner(span_z(owner), &terms.owner) < 0) {
		log_error("--ownership takes school or private");
		return CMD_USAGE;
	}
	team = team ? team : terms.owner == POLICY_SCHOOL ? "school" : "home";
	if (!device_team_valid(span_z(team))) {
		log_error(
			"--group takes 1 to %d letters a to z, digits and dashes", DEVICE_TEAM_MAX);
		return CMD_USAGE;
	}
	if (!check_url(url)) {
		return CMD_USAGE;
	}
	terms.team = team;
	terms.uses = uses;
	terms.expires = clock_read().wall_s + days * CLOCK_DAY_S;
	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return CMD_FAILED;
	}
	return print_token(&opened, url, &terms);
}

/* Also for a name that exists: it is how the last administrator comes back in. */
static int put_link(struct store *store, void *data)
{
	struct auth_link link = {.account = AUTH_ANY_NAME, .grants = {.n = 1}};
	int64_t now_s = clock_read().wall_s;
	int r;

	link.grants.items[0].role = ROLE_ADMINISTRATOR;
	r = auth_make_link(store, &link, now_s + AUTH_LINK_S, data);
	return r != 0 ? r : audit_append(store, now_s, "console", "admin-link", "");
}

int cmd_admin_link(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *url = DEFAULT_URL;
	const struct args_option options[] = {
		{"state", ARGS_TEXT, &path, 0, 0},
		{"url", ARGS_TEXT, &url, 0, 0},
	};
	char link[SECRET_LEN + 1];
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0) || !check_url(url)) {
		return CMD_USAGE;
	}
	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return CMD_FAILED;
	}
	r = write_once(opened.store, put_link, link);
	if (r < 0) {
		log_error("could not make the link: %s", strerror(-r));
		return CMD_FAILED;
	}
	printf("%s/setup#%s\n", url, link);
	return CMD_OK;
}
