/* SPDX-License-Identifier: Apache-2.0 */
/* check and audit: whether the state is sound, and the audit log as a file. */
#include "cmd.h"

#include "args.h"
#include "audit.h"
#include "clock.h"
#include "cmd-opened.h"
#include "config.h"
#include "log.h"
#include "retention.h"
#include "settings.h"
#include "tally.h"

#include <stdio.h>
#include <string.h>

static bool read_head(const char *text, int64_t *ret_n, struct span *ret_hash)
{
	struct span rest = span_z(text), number;
	uint64_t n = 0;

	if (!span_next(&rest, ':', &number) || span_u64(number, &n) < 0 || n == 0 ||
		n > INT64_MAX || !rest.p || rest.len != SECRET_HASH_LEN) {
		return false;
	}
	*ret_n = (int64_t)n;
	*ret_hash = rest;
	return true;
}

/* What was noted before and is no more: the log was cut off, or made anew. */
static bool check_head(struct store *store, const char *text)
{
	struct span hash = {0};
	bool follows = false;
	int64_t n = 0;
	int r = read_head(text, &n, &hash) ? audit_follows(store, n, hash, &follows) : -EINVAL;

	if (r == AUDIT_E_PRUNED) {
		log_error(
			"row %s is older than what the log keeps, a year: note a newer head", text);
	} else if (r != 0) {
		log_error("could not look for row %s: %s", text, strerror(r < 0 ? -r : EIO));
	} else if (!follows) {
		log_error("the audit log was cut off or made anew: it has no row %s", text);
	}
	return r == 0 && follows;
}

/* Told, not judged: somebody may copy the disk below. */
static bool tell_backup(struct store *store)
{
	int64_t at = 0;
	char text[CLOCK_TEXT_LEN];
	int r = settings_number(store, RETENTION_BACKUP, &at);

	if (r != 0) {
		log_error("could not read when the last backup was made");
		return false;
	}
	clock_format(at, text);
	printf("last backup %s\n", at > 0 ? text : "never; see caretaker-server backup");
	return true;
}

static int check(const struct opened *opened, struct audit_chain *ret_chain, int64_t *ret_wrong)
{
	cleanup(free_ptr) char *json = NULL;
	char thumbprint[JWS_THUMBPRINT_LEN + 1], pin[44];
	int r = state_read_policy_pub(&opened->state, &json, thumbprint);

	r = r < 0 ? r : state_read_pin(&opened->state, STATE_TLS_KEY, pin);
	r = r < 0 ? r : audit_verify(opened->store, ret_chain);
	return r != 0 ? r : tally_check(opened->store, ret_wrong);
}

int cmd_check(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *follows = NULL;
	const struct args_option options[] = {
		{"follows", ARGS_TEXT, &follows, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	struct audit_chain chain = {0};
	struct span hash;
	int64_t n, wrong = 0;
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (follows && !read_head(follows, &n, &hash)) {
		log_error("--follows takes NUMBER:HASH, as check printed it before");
		return CMD_USAGE;
	}
	if (!opened_open(path, false, STORE_READ, &opened)) {
		return CMD_FAILED;
	}
	r = check(&opened, &chain, &wrong);
	if (r != 0) {
		log_error("could not read the state: %s", strerror(r < 0 ? -r : EIO));
		return CMD_FAILED;
	}
	if (chain.broken) {
		log_error("the audit log was changed: row %lld does not follow from the one before",
			(long long)chain.broken);
		return CMD_FAILED;
	}
	if (wrong) {
		log_error("%lld counts are not as the devices' own rows say", (long long)wrong);
		return CMD_FAILED;
	}
	if (follows && !check_head(opened.store, follows)) {
		return CMD_FAILED;
	}
	/* The head stays the last line: people note it. */
	if (!tell_backup(opened.store)) {
		return CMD_FAILED;
	}
	printf("keys and store are sound; the audit log's %lld rows follow from each other\n",
		(long long)chain.rows);
	if (chain.rows > 0) {
		printf("head %lld:%s\n", (long long)chain.last, chain.head);
	}
	return CMD_OK;
}

int cmd_audit(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *format = "csv";
	const struct args_option options[] = {
		{"format", ARGS_TEXT, &format, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0) {
		log_error("--format takes csv or json");
		return CMD_USAGE;
	}
	if (!opened_open(path, false, STORE_READ, &opened)) {
		return CMD_FAILED;
	}
	r = opened.store->ops->begin(opened.store, false);
	if (r == 0) {
		r = audit_export(
			opened.store, strcmp(format, "csv") == 0 ? AUDIT_CSV : AUDIT_JSON, stdout);
		opened.store->ops->rollback(opened.store);
	}
	if (r != 0) {
		log_error("could not write the audit log: %s", strerror(r < 0 ? -r : EIO));
		return CMD_FAILED;
	}
	return CMD_OK;
}
