/* SPDX-License-Identifier: Apache-2.0 */
/* policy, sign, sign-child: policies by hand. */
#include "cmd.h"

#include "args.h"
#include "audit.h"
#include "clock.h"
#include "cmd-opened.h"
#include "config.h"
#include "fd.h"
#include "log.h"
#include "moment.h"
#include "policies.h"
#include "signer.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static bool read_file(const char *path, size_t max, char **ret_bytes, size_t *ret_len)
{
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r = fd < 0 ? -errno : fd_read_all(fd, max, ret_bytes, ret_len);

	if (r != 0) {
		log_error("could not read %s: %s", path, r < 0 ? strerror(-r) : "it is too large");
	}
	return r == 0;
}

int cmd_sign_child(int argc, char **argv)
{
	cleanup(state_finish) struct state state = {.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR;
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (!opened_open_state(path, false, &state)) {
		return CMD_FAILED;
	}
	r = signer_sign(&state, STDIN_FILENO, STDOUT_FILENO);
	if (r != 0) {
		log_error("could not sign the policy: %s", strerror(abs(r)));
		return CMD_FAILED;
	}
	return CMD_OK;
}

static bool check_payload(const char *path, struct span payload)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	struct json_error error = {0};
	int r = policy_parse(payload, &policy, &error);

	if (r != 0) {
		log_error("%s is no policy: %s %s", path, error.where,
			error.what ? error.what : "cannot be read");
	}
	return r == 0;
}

/* A policy that names no keys of the server gets those of this directory, if there are any. */
static int name_keys(struct state *state, struct json_object *policy)
{
	int r = json_object_object_get_ex(policy, "pins", NULL) ? 0 : state_load_pins(state);

	r = r == -ENOENT ? 0 : r;
	return r != 0 ? r : policies_add_pins(&state->pins, policy);
}

int cmd_sign(int argc, char **argv)
{
	cleanup(state_finish) struct state state = {.fd = -1};
	cleanup(str_finish) struct str canonical = {.max = POLICY_MAX}, jws = {.max = JWS_MAX};
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(free_ptr) char *bytes = NULL;
	const char *path = CARETAKER_SERVER_STATEDIR, *file = NULL;
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	size_t len = 0;
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), &file, 1) || !file) {
		log_error("sign takes the file of a policy");
		return CMD_USAGE;
	}
	if (!read_file(file, POLICY_MAX, &bytes, &len) ||
		!check_payload(file, (struct span){bytes, len}) ||
		!opened_open_state(path, false, &state)) {
		return CMD_FAILED;
	}
	r = json_parse((struct span){bytes, len}, &object, NULL);
	r = r != 0 ? r : name_keys(&state, object);
	r = r != 0 ? r : json_write_canonical(object, &canonical);
	r = r != 0 ? r : signer_sign_bytes(&state, (struct span){canonical.p, canonical.len}, &jws);
	if (r != 0) {
		log_error("could not sign %s: %s", file, strerror(abs(r)));
		return CMD_FAILED;
	}
	printf("%s\n", jws.p);
	return CMD_OK;
}

static int publish_in(
	struct store *store, const struct policies_next *next, struct json_error *error)
{
	char version[32];
	int r = store->ops->begin(store, true);

	snprintf(version, sizeof(version), "%s %lld", moment_owner_name(next->line.owner),
		(long long)policy_version(next->policy));
	r = r < 0 ? r : policies_put(store, next, error);
	r = r != 0 ? r
		   : audit_append(store, clock_read().wall_s, "console", "policy-publish", version);
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

static int publish(struct state *state, struct store *store, const char *file)
{
	cleanup(policies_next_finish) struct policies_next next = {0};
	cleanup(free_ptr) char *bytes = NULL;
	struct json_error error = {.what = "cannot be read"};
	size_t len = 0;
	int r;

	if (!read_file(file, JWS_MAX, &bytes, &len)) {
		return CMD_FAILED;
	}
	r = state_load_pins(state);
	r = r != 0 ? r
		   : policies_open(state, span_trim((struct span){bytes, strcspn(bytes, "\r\n")}),
			     &next, &error);
	if (r == 0 && policy_admit(next.policy, 0, clock_read().wall_s) != 0) {
		error = (struct json_error){"expires", "or not_before does not allow this moment"};
		r = POLICIES_E_REFUSED;
	}
	next.at = clock_read().wall_s;
	memcpy(next.who, "console", sizeof("console"));
	r = r != 0 ? r : publish_in(store, &next, &error);
	if (r != 0) {
		log_error("could not publish %s: %s %s", file, error.where, error.what);
		return CMD_FAILED;
	}
	if (!pins_equal(policy_pins(next.policy), &state->pins)) {
		log_warning("%s names other keys of the server than it has, or none: devices that "
			    "hold it do not learn the next one",
			file);
	}
	printf("%s policy %lld is handed out from now on\n", moment_owner_name(next.line.owner),
		(long long)policy_version(next.policy));
	return CMD_OK;
}

static int show(const struct state *state, struct store *store, const char *owner)
{
	cleanup(policies_next_finish) struct policies_next next = {0};
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};
	struct json_error error = {.what = "cannot be read"};
	struct policies_line line = {.team = ""};
	int r;

	if (moment_parse_owner(span_z(owner), &line.owner) < 0) {
		log_error("policy show takes school or private");
		return CMD_USAGE;
	}
	r = policies_newer(store, &line, 0, &jws);
	if (r == 0 && jws.len == 0) {
		log_error("there is no %s policy yet: run caretaker-server init", owner);
		return CMD_FAILED;
	}
	r = r != 0 ? r : policies_open(state, (struct span){jws.p, jws.len}, &next, &error);
	if (r != 0) {
		log_error("could not read the policy: %s %s", error.where, error.what);
		return CMD_FAILED;
	}
	printf("%s\n", next.payload.p);
	return CMD_OK;
}

int cmd_policy(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR;
	const char *words[2] = {NULL, NULL};
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	bool publishing;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), words, ARRAY_LEN(words))) {
		return CMD_USAGE;
	}
	publishing = words[0] && strcmp(words[0], "publish") == 0;
	if (!words[0] || (publishing ? !words[1] : strcmp(words[0], "show") != 0)) {
		log_error("policy takes show [school|private], or publish FILE");
		return CMD_USAGE;
	}
	if (!opened_open(path, false, publishing ? STORE_WRITE : STORE_READ, &opened)) {
		return CMD_FAILED;
	}
	return publishing ? publish(&opened.state, opened.store, words[1])
			  : show(&opened.state, opened.store, words[1] ? words[1] : "school");
}
