/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.sudo-needs-password: no rule lets a person run everything as administrator unasked: a
 * NOPASSWD tag on ALL, "Defaults !authenticate", or an exempt group. Rules for single commands are
 * left alone, and so are those for accounts that are nobody's.
 */
#include "accounts.h"
#include "check.h"
#include "directory.h"
#include "sudoers.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>

#define FILES_MAX 256
#define PATH_LEN_MAX 512
#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */
#define UID_PEOPLE_LAST 59999

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/passwd"},
	{CHECK_INPUT_FILE, "etc/sudoers"},
	{CHECK_INPUT_FILE, "etc/sudoers.d"},
	{CHECK_INPUT_FILE, "usr/bin/sudo"},
	{CHECK_INPUT_FILE, "usr/etc/sudoers"},
	{CHECK_INPUT_FILE, "usr/etc/sudoers.d"},
};

struct file {
	char *path; /* without its slash */
	char *text;
	size_t len;
};

struct look {
	VEC(struct file) files;
	struct span passwd;
	bool directory;
	bool refused, damaged;
};

static void look_finish(struct look *look)
{
	vec_for_each (file, &look->files) {
		free(file->path);
		free(file->text);
	}
	vec_free(&look->files);
}

static bool name_people(const struct look *look, struct span name)
{
	struct span rest = look->passwd;
	struct account account;
	int r;

	if (name.len > 0 && name.p[0] == '#') {
		return !span_eq(name, "#0");
	}
	while ((r = accounts_next(&rest, &account)) != ACCOUNTS_E_END) {
		if (r == 0 && account.name.len == name.len &&
			memcmp(account.name.p, name.p, name.len) == 0) {
			return account.uid >= UID_PEOPLE && account.uid <= UID_PEOPLE_LAST;
		}
	}
	return look->directory;
}

static bool alias_like(struct span word)
{
	return word.len > 0 && word.p[0] >= 'A' && word.p[0] <= 'Z';
}

typedef bool (*item_fn)(const struct look *look, struct span item, bool resolve);

static bool list_any(const struct look *look, struct span list, item_fn fits, bool resolve)
{
	struct span item;

	while (sudoers_item_next(&list, &item)) {
		if (item.len > 0 && item.p[0] != '!' && fits(look, item, resolve)) {
			return true;
		}
	}
	return false;
}

/* An alias within an alias is taken for the worst. */
static bool alias_any(
	const struct look *look, enum sudoers_kind kind, struct span alias, item_fn fits)
{
	vec_for_each (file, &look->files) {
		struct span text = {file->text, file->len}, name, list;
		struct sudoers_statement statement;
		int r;

		while ((r = sudoers_next(&text, &statement)) != SUDOERS_E_END) {
			if (r != 0 || statement.kind != kind) {
				continue;
			}
			while (sudoers_alias_next(&statement.body, &name, &list) == 0) {
				if (name.len == alias.len &&
					memcmp(name.p, alias.p, name.len) == 0 &&
					list_any(look, list, fits, false)) {
					return true;
				}
			}
		}
	}
	return false;
}

static bool user_people(const struct look *look, struct span item, bool resolve)
{
	if (span_eq(item, "ALL") || memchr("%+", item.p[0], 2)) {
		return !span_eq(item, "%root");
	}
	if (alias_like(item)) {
		return !resolve || alias_any(look, SUDOERS_USER_ALIAS, item, user_people);
	}
	return name_people(look, item);
}

static bool command_everything(const struct look *look, struct span item, bool resolve)
{
	if (span_eq(item, "ALL")) {
		return true;
	}
	if (alias_like(item)) {
		return !resolve || alias_any(look, SUDOERS_CMND_ALIAS, item, command_everything);
	}
	return false;
}

/* "(postgres)" is no administrator; "(:adm)" keeps the caller's own account. */
static bool runas_root(const struct sudoers_grant *grant)
{
	struct span users = grant->runas, item;
	const char *colon = users.len > 0 ? memchr(users.p, ':', users.len) : NULL;

	if (!grant->has_runas) {
		return true;
	}
	users.len = colon ? (size_t)(colon - users.p) : users.len;
	while (sudoers_item_next(&users, &item)) {
		if (span_eq(item, "root") || span_eq(item, "#0") || alias_like(item) ||
			(item.len > 0 && item.p[0] == '%')) {
			return true;
		}
	}
	return false;
}

struct findings {
	bool tagged;	 /* a person may do everything unasked */
	bool everything; /* a person may do everything */
	bool unasked;	 /* nobody is asked at all */
};

static void rule_take(
	struct look *look, const struct sudoers_statement *statement, struct findings *findings)
{
	struct sudoers_grants grants = {.rest = statement->body};
	bool people = list_any(look, statement->head, user_people, true);
	struct sudoers_grant grant;
	int r;

	while ((r = sudoers_grant_next(&grants, &grant)) == 0) {
		if (people && runas_root(&grant) && command_everything(look, grant.command, true)) {
			findings->everything = true;
			findings->tagged = findings->tagged || grant.nopasswd;
		}
	}
	look->damaged = look->damaged || r == SUDOERS_E_FORMAT;
}

/* Of single commands "Defaults!" says nothing that matters here. */
static void defaults_take(const struct look *look, const struct sudoers_statement *statement,
	struct findings *findings)
{
	struct span list = statement->body, scope = statement->head, item;

	if (scope.len > 0 && scope.p[0] == '!') {
		return;
	}
	if (scope.len > 1 && scope.p[0] == ':' &&
		!list_any(look, (struct span){scope.p + 1, scope.len - 1}, user_people, true)) {
		return;
	}
	while (sudoers_item_next(&list, &item)) {
		bool off = false;

		while (item.len > 0 && (item.p[0] == '!' || item.p[0] == ' ')) {
			off = off != (item.p[0] == '!');
			item = (struct span){item.p + 1, item.len - 1};
		}
		if (span_eq(item, "authenticate")) {
			findings->unasked = findings->unasked || off;
		} else if (!off && span_starts(item, "exempt_group")) {
			findings->unasked = true;
		}
	}
}

static int file_add(const struct sysroot *root, struct look *look, const char *path)
{
	struct file file = {.path = NULL};
	int r;

	vec_for_each (old, &look->files) {
		if (strcmp(old->path, path) == 0) {
			return 0;
		}
	}
	r = sysroot_read(root, path, SUDOERS_FILE_MAX, &file.text, &file.len);
	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		look->damaged = true;
		return r == -ENOMEM ? r : 0;
	}
	sudoers_join(file.text, file.len);
	file.path = strdup(path);
	r = file.path ? vec_push(&look->files, file, FILES_MAX) : -ENOMEM;
	if (r != 0) {
		free(file.path);
		free(file.text);
		look->damaged = true;
	}
	return r == -ENOSPC ? 0 : r;
}

/* Names with a dot or a last "~" are passed over (sudoers(5)). */
static int directory_add(const struct sysroot *root, struct look *look, const char *path)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, path, &names);

	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		look->damaged = look->damaged || (r != FD_E_MISSING && r != -ENOENT);
		return r == -ENOMEM ? r : 0;
	}
	r = 0;
	for (size_t i = 0; i < names.len && r == 0; i++) {
		size_t len = strlen(names.names[i]);
		char full[PATH_LEN_MAX + NAME_MAX + 2];

		if (len == 0 || names.names[i][len - 1] == '~' || strchr(names.names[i], '.')) {
			continue;
		}
		snprintf(full, sizeof(full), "%s/%s", path, names.names[i]);
		r = file_add(root, look, full);
	}
	return r;
}

static int include_take(const struct sysroot *root, struct look *look,
	const struct sudoers_statement *statement, const char *from)
{
	struct span name = statement->body;
	const char *slash = strrchr(from, '/');
	char path[PATH_LEN_MAX];
	bool absolute;

	if (name.len >= 2 && name.p[0] == '"') {
		name = (struct span){name.p + 1, name.len - 2};
	}
	absolute = name.len > 0 && name.p[0] == '/';
	if (name.len > 200 || memchr(name.p, '%', name.len) || memchr(name.p, '\\', name.len)) {
		look->damaged = true; /* the host's name is put in, or a byte is escaped */
		return 0;
	}
	snprintf(path, sizeof(path), "%.*s%.*s", absolute ? 0 : (int)(slash ? slash + 1 - from : 0),
		from, (int)name.len - absolute, name.p + absolute);
	return statement->kind == SUDOERS_INCLUDE ? file_add(root, look, path)
						  : directory_add(root, look, path);
}

/* The list grows while it is walked. */
static int files_gather(const struct sysroot *root, struct look *look)
{
	int r = file_add(root, look,
		sysroot_exists(root, "etc/sudoers") ? "etc/sudoers" : "usr/etc/sudoers");

	for (size_t i = 0; i < look->files.len && r == 0; i++) {
		const struct file file = look->files.items[i];
		struct span text = {file.text, file.len};
		struct sudoers_statement statement;
		int next = 0;

		while (r == 0 && (next = sudoers_next(&text, &statement)) != SUDOERS_E_END) {
			look->damaged = look->damaged || next == SUDOERS_E_FORMAT;
			if (next == 0 && (statement.kind == SUDOERS_INCLUDE ||
						 statement.kind == SUDOERS_INCLUDEDIR)) {
				r = include_take(root, look, &statement, file.path);
			}
		}
	}
	return r;
}

static int judge(struct look *look, struct verdict *v)
{
	struct findings findings = {.tagged = false};

	vec_for_each (file, &look->files) {
		struct span text = {file->text, file->len};
		struct sudoers_statement statement;
		int r;

		while ((r = sudoers_next(&text, &statement)) != SUDOERS_E_END) {
			if (r == 0 && statement.kind == SUDOERS_RULE) {
				rule_take(look, &statement, &findings);
			} else if (r == 0 && statement.kind == SUDOERS_DEFAULTS) {
				defaults_take(look, &statement, &findings);
			}
		}
	}
	if (findings.tagged || (findings.unasked && findings.everything)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SUDO_UNASKED);
	}
	if (look->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (look->files.len == 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (look->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SUDO_ASKS);
}

static bool sudo_installed(const struct sysroot *root)
{
	return sysroot_exists(root, "usr/bin/sudo") || sysroot_exists(root, "bin/sudo") ||
	       sysroot_exists(root, "usr/local/bin/sudo");
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(look_finish) struct look look = {.refused = false};
	cleanup(free_ptr) char *passwd = NULL;
	bool rules_elsewhere = false;
	size_t len = 0;
	int r;

	if (!sudo_installed(ctx->root)) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_SUDO);
	}
	r = sysroot_read(ctx->root, "etc/passwd", ACCOUNTS_FILE_MAX, &passwd, &len);
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	look.passwd = (struct span){passwd, len};
	r = directory_used(ctx->root, "passwd", &look.directory);
	if (r == 0) {
		r = directory_used(ctx->root, "sudoers", &rules_elsewhere);
	}
	if (r == 0) {
		r = files_gather(ctx->root, &look);
	}
	if (r != 0) {
		return r;
	}
	r = judge(&look, v);
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
