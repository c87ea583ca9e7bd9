/* SPDX-License-Identifier: Apache-2.0 */
#include "administrators.h"

#include "sudoers.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 20)
#define PATH_LEN_MAX 512

void administrators_finish(struct administrators *admins)
{
	vec_for_each (file, &admins->files) {
		free(file->text);
	}
	vec_free(&admins->files);
	vec_free(&admins->users);
	vec_free(&admins->groups);
}

/* Absent is no fault: ret_text is then NULL. */
static int read_file(const struct sysroot *root, struct administrators *admins, const char *path,
	bool sudoers, struct span *ret_text)
{
	struct administrators_file file = {.sudoers = sudoers};
	int r = sysroot_read(root, path, FILE_MAX, &file.text, &file.len);

	*ret_text = (struct span){NULL, 0};
	if (r != 0) {
		admins->refused = admins->refused || r == -EACCES || r == -EPERM;
		admins->damaged = admins->damaged || r == FD_E_TOO_LARGE || r == FD_E_NOT_REGULAR;
		return r == -ENOMEM ? r : 0;
	}
	if (sudoers) {
		sudoers_join(file.text, file.len);
	}
	r = vec_push(&admins->files, file, ADMINISTRATORS_FILES_MAX);
	if (r != 0) {
		free(file.text);
		admins->damaged = true;
		return r == -ENOSPC ? 0 : r;
	}
	*ret_text = (struct span){file.text, file.len};
	return 0;
}

typedef int (*text_fn)(struct administrators *admins, struct span text);

/* suffix: NULL for every name that sudo takes (sudoers(5): no dot, no "~" at the end) */
static bool name_counts(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = suffix ? strlen(suffix) : 0;

	if (!suffix) {
		return !strchr(name, '.') && name[len - 1] != '~';
	}
	return len > end && strcmp(name + len - end, suffix) == 0;
}

static int each_file(const struct sysroot *root, struct administrators *admins, const char *dir,
	const char *suffix, text_fn fn)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, dir, &names);

	if (r != 0) {
		admins->refused = admins->refused || r == -EACCES || r == -EPERM;
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		char path[PATH_LEN_MAX];
		struct span text;

		if (!name_counts(names.names[i], suffix)) {
			continue;
		}
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names.names[i]);
		r = read_file(root, admins, path, !suffix, &text);
		if (r == 0 && text.p && fn) {
			r = fn(admins, text);
		}
	}
	return r;
}

static int add_name(struct administrators *admins, struct span name, bool group)
{
	int r = group ? vec_push(&admins->groups, name, ADMINISTRATORS_NAMES_MAX)
		      : vec_push(&admins->users, name, ADMINISTRATORS_NAMES_MAX);

	admins->damaged = admins->damaged || r == -ENOSPC;
	return r == -ENOSPC ? 0 : r;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

static int take_identities(
	struct administrators *admins, struct span text, const char *mark, bool group)
{
	size_t len = strlen(mark);
	const char *end = text.p + text.len, *p = text.p;

	while ((p = memmem(p, (size_t)(end - p), mark, len))) {
		struct span name = {p + len, 0};
		int r;

		while (name.p + name.len < end && is_name_char(name.p[name.len])) {
			name.len++;
		}
		p = name.p + name.len;
		r = add_name(admins, name, group);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int take_polkit(struct administrators *admins, struct span text)
{
	int r;

	if (!memmem(text.p, text.len, "addAdminRule", strlen("addAdminRule")) &&
		!memmem(text.p, text.len, "AdminIdentities", strlen("AdminIdentities"))) {
		return 0;
	}
	r = take_identities(admins, text, "unix-group:", true);
	return r == 0 ? take_identities(admins, text, "unix-user:", false) : r;
}

/* A rule's user: a name, %group, ALL, or an alias; an alias within one is not understood. */
static int take_user(struct administrators *admins, struct span item, bool resolve);

static int take_alias(struct administrators *admins, struct span alias)
{
	int r = 0;
	bool found = false;

	for (size_t i = 0; i < admins->files.len && r == 0; i++) {
		const struct administrators_file file = admins->files.items[i];
		struct span text = {file.text, file.len}, name, list, item;
		struct sudoers_statement statement;

		while (file.sudoers && sudoers_next(&text, &statement) != SUDOERS_E_END) {
			while (statement.kind == SUDOERS_USER_ALIAS && r == 0 &&
				sudoers_alias_next(&statement.body, &name, &list) == 0) {
				if (name.len != alias.len ||
					memcmp(name.p, alias.p, name.len) != 0) {
					continue;
				}
				found = true;
				while (r == 0 && sudoers_item_next(&list, &item)) {
					r = take_user(admins, item, false);
				}
			}
		}
	}
	admins->damaged = admins->damaged || !found;
	return r;
}

static int take_user(struct administrators *admins, struct span item, bool resolve)
{
	if (item.len == 0 || item.p[0] == '!') {
		return 0;
	}
	if (span_eq(item, "ALL")) {
		admins->everybody = true;
		return 0;
	}
	if (item.p[0] == '%' || item.p[0] == '+' || item.p[0] == '#') {
		admins->damaged = admins->damaged || item.p[0] != '%';
		return add_name(admins, (struct span){item.p + 1, item.len - 1}, true);
	}
	if (item.p[0] >= 'A' && item.p[0] <= 'Z') {
		admins->damaged = admins->damaged || !resolve;
		return resolve ? take_alias(admins, item) : 0;
	}
	return add_name(admins, item, false);
}

static bool grants_everything(struct span body)
{
	struct sudoers_grants grants = {.rest = body};
	struct sudoers_grant grant;

	while (sudoers_grant_next(&grants, &grant) == 0) {
		bool root = !grant.has_runas || span_starts(grant.runas, "ALL") ||
			    span_starts(grant.runas, "root") || span_starts(grant.runas, "#0");

		if (root && span_eq(grant.command, "ALL")) {
			return true;
		}
	}
	return false;
}

/* "Defaults targetpw" asks for root's own password: openSUSE's "ALL ALL=(ALL) ALL" gives nothing.
 */
static bool asks_for_root(const struct administrators *admins)
{
	vec_for_each (file, &admins->files) {
		struct span text = {file->text, file->len}, item;
		struct sudoers_statement statement;

		while (file->sudoers && sudoers_next(&text, &statement) != SUDOERS_E_END) {
			while (statement.kind == SUDOERS_DEFAULTS && statement.head.len == 0 &&
				sudoers_item_next(&statement.body, &item)) {
				if (span_eq(item, "targetpw") || span_eq(item, "rootpw")) {
					return true;
				}
			}
		}
	}
	return false;
}

static int take_sudoers(struct administrators *admins)
{
	bool root_asked = asks_for_root(admins);
	size_t n = admins->files.len;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct administrators_file file = admins->files.items[i];
		struct span text = {file.text, file.len}, item;
		struct sudoers_statement statement;
		int next;

		while (file.sudoers && r == 0 &&
			(next = sudoers_next(&text, &statement)) != SUDOERS_E_END) {
			admins->damaged = admins->damaged || next != 0;
			if (next != 0 || statement.kind != SUDOERS_RULE || root_asked ||
				!grants_everything(statement.body)) {
				continue;
			}
			while (r == 0 && sudoers_item_next(&statement.head, &item)) {
				r = take_user(admins, item, true);
			}
		}
	}
	return r;
}

static int take_usual_groups(struct administrators *admins)
{
	static const char *const names[] = {"admin", "sudo", "wheel"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = add_name(admins, span_z(names[i]), true);
	}
	return r;
}

int administrators_read(const struct sysroot *root, struct administrators *ret_admins)
{
	static const char *const polkit[][2] = {
		{"etc/polkit-1/rules.d", ".rules"},
		{"usr/local/share/polkit-1/rules.d", ".rules"},
		{"usr/share/polkit-1/rules.d", ".rules"},
		{"etc/polkit-1/localauthority.conf.d", ".conf"},
	};
	cleanup(administrators_finish) struct administrators admins = {.everybody = false};
	bool own = sysroot_exists(root, "etc/sudoers");
	struct span text;
	int r = read_file(root, &admins, "etc/group", false, &admins.group);

	if (r == 0) {
		r = read_file(root, &admins, own ? "etc/sudoers" : "usr/etc/sudoers", true, &text);
	}
	if (r == 0) {
		r = each_file(root, &admins, "etc/sudoers.d", NULL, NULL);
	}
	if (r == 0) {
		r = take_usual_groups(&admins);
	}
	if (r == 0) {
		r = take_sudoers(&admins);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(polkit); i++) {
		r = each_file(root, &admins, polkit[i][0], polkit[i][1], take_polkit);
	}
	if (r == 0) {
		*ret_admins = admins;
		admins = (struct administrators){.everybody = false};
	}
	return r;
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

/* "name:password:gid:member,member" (group(5)) */
static bool group_has(struct span line, const struct account *account)
{
	struct span field, member;
	uint64_t gid;

	if (!span_next(&line, ':', &field) || !span_next(&line, ':', &field) ||
		span_u64(field, &gid) != 0) {
		return false;
	}
	if (gid == account->gid) {
		return true;
	}
	if (!span_next(&line, ':', &field)) {
		return false;
	}
	while (span_next(&field, ',', &member)) {
		if (same(member, account->name)) {
			return true;
		}
	}
	return false;
}

static bool is_admin_group(const struct administrators *admins, struct span name)
{
	vec_for_each (group, &admins->groups) {
		if (same(*group, name)) {
			return true;
		}
	}
	return false;
}

bool administrators_has(const struct administrators *admins, const struct account *account)
{
	struct span text = admins->group, line, name;

	vec_for_each (user, &admins->users) {
		if (same(*user, account->name)) {
			return true;
		}
	}
	while (span_next(&text, '\n', &line)) {
		if (span_next(&line, ':', &name) && is_admin_group(admins, name) &&
			group_has(line, account)) {
			return true;
		}
	}
	return admins->everybody;
}
