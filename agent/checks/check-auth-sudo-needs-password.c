/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.sudo-needs-password: no rule lets a person run everything as administrator unasked: a
 * NOPASSWD tag on ALL, "Defaults !authenticate", or an exempt group. Rules for single commands are
 * left alone, and so are those for accounts that are nobody's. Each person is judged by the last
 * rule that holds for everything, as sudo does (sudoers(5)); a rule that may hold can open, but
 * takes nothing back.
 */
#include "accounts.h"
#include "check.h"
#include "directory.h"
#include "sudoers-person.h"

#include <string.h>

#define PEOPLE_MAX 4096
#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */
#define UID_PEOPLE_LAST 59999

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/group"},
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/passwd"},
	{CHECK_INPUT_FILE, "etc/sudoers"},
	{CHECK_INPUT_FILE, "etc/sudoers.d"},
	{CHECK_INPUT_FILE, "usr/bin/sudo"},
	{CHECK_INPUT_FILE, "usr/etc/sudoers"},
	{CHECK_INPUT_FILE, "usr/etc/sudoers.d"},
};

/* What Defaults say to a person */
struct manner {
	bool unasked; /* unless a tag says otherwise */
	bool exempt;  /* whatever a tag says */
};

static enum sudoers_match scope_match(
	const struct sudoers_view *view, const struct sudoers_person *person, struct span scope)
{
	struct span list;

	if (scope.len == 0) {
		return SUDOERS_YES;
	}
	list = (struct span){scope.p + 1, scope.len - 1};
	switch (scope.p[0]) {
	case ':':
		return sudoers_match_person(view, person, list);
	case '@':
		return sudoers_match_here(view, list);
	case '>':
		return sudoers_match_root(view, list);
	}
	return sudoers_match_everything(view, list);
}

/* "exempt_group = NAME": a "%" would be a part of the name */
static bool exempt_take(const struct sudoers_view *view, const struct sudoers_person *person,
	struct span item, bool off)
{
	const char *equals = memchr(item.p, '=', item.len);
	struct span name;

	if (off || !equals) {
		return false;
	}
	name = span_trim((struct span){equals + 1, (size_t)(item.p + item.len - equals - 1)});
	if (name.len >= 2 && name.p[0] == '"' && name.p[name.len - 1] == '"') {
		name = (struct span){name.p + 1, name.len - 2};
	}
	return sudoers_match_member(view, person, name) != SUDOERS_NO;
}

static void setting_take(const struct sudoers_view *view, const struct sudoers_person *person,
	struct span item, enum sudoers_match match, struct manner *manner)
{
	bool off = false, opens;

	while (item.len > 0 && (item.p[0] == '!' || item.p[0] == ' ')) {
		off = off != (item.p[0] == '!');
		item = (struct span){item.p + 1, item.len - 1};
	}
	if (span_eq(item, "authenticate")) {
		manner->unasked = off || (match == SUDOERS_MAYBE && manner->unasked);
	} else if (span_starts(item, "exempt_group")) {
		opens = exempt_take(view, person, item, off);
		manner->exempt = opens || (match == SUDOERS_MAYBE && manner->exempt);
	}
}

/* commands: those settings that hold for commands, which sudo takes after all others */
static void manner_take(const struct sudoers_view *view, const struct sudoers_person *person,
	bool commands, struct manner *manner)
{
	struct sudoers_walk walk = {.part = 0};
	struct sudoers_statement statement;
	enum sudoers_match match;
	struct span item;

	while (sudoers_files_next(view->files, &walk, &statement)) {
		if (statement.kind != SUDOERS_DEFAULTS ||
			commands != (statement.head.len > 0 && statement.head.p[0] == '!')) {
			continue;
		}
		match = scope_match(view, person, statement.head);
		while (match >= SUDOERS_MAYBE && sudoers_item_next(&statement.body, &item)) {
			setting_take(view, person, item, match, manner);
		}
	}
}

static enum sudoers_match both(enum sudoers_match a, enum sudoers_match b)
{
	return a < b ? a : b;
}

/* "(postgres)" is no administrator; "(:adm)" keeps the caller's own account. */
static enum sudoers_match runas_root(
	const struct sudoers_view *view, const struct sudoers_grant *grant)
{
	struct span users = grant->runas;
	const char *colon = users.len > 0 ? memchr(users.p, ':', users.len) : NULL;

	if (!grant->has_runas) {
		return SUDOERS_YES;
	}
	users.len = colon ? (size_t)(colon - users.p) : users.len;
	return sudoers_match_root(view, users);
}

/* How far a person has come through the rules */
struct progress {
	bool told;    /* a rule for everything was met */
	bool unasked; /* what the last of them says */
};

static void grant_take(const struct sudoers_view *view, const struct sudoers_grant *grant,
	const struct manner *manner, struct progress *progress)
{
	enum sudoers_match everything = sudoers_match_everything(view, grant->command);
	enum sudoers_match root = runas_root(view, grant);
	bool opens = everything >= SUDOERS_MAYBE &&
		     (grant->nopasswd || manner->exempt || (manner->unasked && !grant->passwd));

	if (root < SUDOERS_MAYBE || everything == SUDOERS_NO) {
		return;
	}
	if (root == SUDOERS_YES && everything != SUDOERS_MAYBE) {
		*progress = (struct progress){.told = true, .unasked = opens};
	} else {
		progress->unasked = progress->unasked || opens;
	}
}

/* What a rule says of some machines, if it is for this one */
static void hosts_end(
	const struct progress *of_hosts, enum sudoers_match match, struct progress *progress)
{
	if (match == SUDOERS_YES && of_hosts->told) {
		*progress = *of_hosts;
	} else if (match >= SUDOERS_MAYBE) {
		progress->unasked = progress->unasked || of_hosts->unasked;
	}
}

static void rule_take(const struct sudoers_view *view, struct span body, enum sudoers_match people,
	const struct manner *manner, struct progress *progress)
{
	struct sudoers_grants grants = {.rest = body};
	struct progress of_hosts = {.told = false};
	enum sudoers_match match = SUDOERS_NO;
	struct sudoers_grant grant;
	const char *hosts = NULL;

	while (sudoers_grant_next(&grants, &grant) == 0) {
		if (grant.hosts.p != hosts) {
			hosts_end(&of_hosts, match, progress);
			of_hosts = (struct progress){.told = false};
			match = both(people, sudoers_match_here(view, grant.hosts));
			hosts = grant.hosts.p;
		}
		grant_take(view, &grant, manner, &of_hosts);
	}
	hosts_end(&of_hosts, match, progress);
}

static bool person_unasked(const struct sudoers_view *view, const struct sudoers_person *person)
{
	struct progress progress = {.told = false};
	struct manner manner = {.unasked = false};
	struct sudoers_walk walk = {.part = 0};
	struct sudoers_statement statement;
	enum sudoers_match match;

	manner_take(view, person, false, &manner);
	manner_take(view, person, true, &manner);
	while (sudoers_files_next(view->files, &walk, &statement)) {
		if (statement.kind != SUDOERS_RULE) {
			continue;
		}
		match = sudoers_match_person(view, person, statement.head);
		if (match >= SUDOERS_MAYBE) {
			rule_take(view, statement.body, match, &manner, &progress);
		}
	}
	return progress.unasked;
}

/* Whether any word of any file could open: else nobody has to be asked about */
static bool may_open(struct sudoers_files *files)
{
	struct sudoers_walk walk = {.part = 0};
	struct sudoers_statement statement;
	struct sudoers_grant grant;
	bool opens = false;

	while (sudoers_files_next(files, &walk, &statement)) {
		struct sudoers_grants grants = {.rest = statement.body};
		int r = 0;

		opens = opens || statement.kind == SUDOERS_DEFAULTS;
		while (statement.kind == SUDOERS_RULE &&
			(r = sudoers_grant_next(&grants, &grant)) == 0) {
			opens = opens || grant.nopasswd;
		}
		files->damaged = files->damaged || r == SUDOERS_E_FORMAT;
	}
	return opens;
}

static bool somebody_unasked(const struct sudoers_view *view, bool *ret_too_many)
{
	const struct sudoers_person stranger = {.elsewhere = true};
	struct span rest = view->passwd;
	struct account account;
	size_t people = 0;
	int r;

	*ret_too_many = false;
	while ((r = accounts_next(&rest, &account)) != ACCOUNTS_E_END) {
		const struct sudoers_person person = {account.name, account.uid, account.gid};

		if (r != 0 || account.uid < UID_PEOPLE || account.uid > UID_PEOPLE_LAST) {
			continue;
		}
		if (people++ == PEOPLE_MAX) {
			*ret_too_many = true;
			break;
		}
		if (person_unasked(view, &person)) {
			return true;
		}
	}
	return view->directory && person_unasked(view, &stranger);
}

static int judge(struct sudoers_files *files, const struct sudoers_view *view, struct verdict *v)
{
	bool too_many = false;

	if (may_open(files) && somebody_unasked(view, &too_many)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SUDO_UNASKED);
	}
	if (files->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (files->files.len == 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (files->damaged || too_many) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SUDO_ASKS);
}

static bool sudo_installed(const struct sysroot *root)
{
	return sysroot_exists(root, "usr/bin/sudo") || sysroot_exists(root, "bin/sudo") ||
	       sysroot_exists(root, "usr/local/bin/sudo");
}

static int text_read(
	const struct sysroot *root, const char *path, char **ret_text, struct span *ret)
{
	size_t len = 0;
	int r = sysroot_read(root, path, ACCOUNTS_FILE_MAX, ret_text, &len);

	if (r == 0) {
		*ret = (struct span){*ret_text, len};
	}
	return r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(sudoers_files_finish) struct sudoers_files files = {.refused = false};
	cleanup(free_ptr) char *passwd = NULL, *group = NULL;
	struct sudoers_view view = {.files = &files};
	bool rules_elsewhere = false, groups_elsewhere = false;
	int r;

	if (!sudo_installed(ctx->root)) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_SUDO);
	}
	r = text_read(ctx->root, "etc/passwd", &passwd, &view.passwd);
	if (r != 0) {
		return r == -ENOMEM ? r : verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	/* Without it each group may have anybody as a member. */
	if (text_read(ctx->root, "etc/group", &group, &view.group) == -ENOMEM) {
		return -ENOMEM;
	}
	r = directory_used(ctx->root, "passwd", &view.directory);
	if (r == 0) {
		r = directory_used(ctx->root, "group", &groups_elsewhere);
	}
	if (r == 0) {
		r = directory_used(ctx->root, "sudoers", &rules_elsewhere);
	}
	if (r == 0) {
		r = sudoers_files_read(ctx->root, &files);
	}
	if (r != 0) {
		return r;
	}
	view.directory = view.directory || groups_elsewhere;
	r = judge(&files, &view, v);
	if (r == 0 && v->state == POSTURE_PASS && rules_elsewhere) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DIRECTORY_ACCOUNTS);
	}
	return r;
}

const struct check check_auth_sudo_needs_password = {
	.id = "auth.sudo-needs-password",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
