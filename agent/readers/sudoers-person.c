/* SPDX-License-Identifier: Apache-2.0 */
#include "sudoers-person.h"

#include "accounts.h"

#include <string.h>

struct list_ctx {
	const struct sudoers_view *view;
	const struct sudoers_person *person;
	enum sudoers_kind kind;
	enum sudoers_match (*item)(const struct list_ctx *ctx, struct span item);
};

static bool same(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

static bool alias_like(struct span word)
{
	return word.len > 0 && word.p[0] >= 'A' && word.p[0] <= 'Z';
}

/* Takes every "!" off; true when they turn the item round. */
static bool negation_take(struct span *item)
{
	bool off = false;

	while (item->len > 0 && (item->p[0] == '!' || item->p[0] == ' ' || item->p[0] == '\t')) {
		off = off != (item->p[0] == '!');
		*item = (struct span){item->p + 1, item->len - 1};
	}
	return off;
}

static bool alias_find(const struct list_ctx *ctx, struct span alias, struct span *ret_list)
{
	struct sudoers_walk walk = {.part = 0};
	struct sudoers_statement statement;
	struct span name, list;

	while (sudoers_files_next(ctx->view->files, &walk, &statement)) {
		while (statement.kind == ctx->kind &&
			sudoers_alias_next(&statement.body, &name, &list) == 0) {
			if (same(name, alias)) {
				*ret_list = list;
				return true;
			}
		}
	}
	return false;
}

/* An alias within an alias may fit. */
static enum sudoers_match inner_item(const struct list_ctx *ctx, struct span item)
{
	struct span list;

	if (span_eq(item, "ALL")) {
		return SUDOERS_YES;
	}
	return alias_like(item) && alias_find(ctx, item, &list) ? SUDOERS_MAYBE
								: ctx->item(ctx, item);
}

static enum sudoers_match contrary(enum sudoers_match match)
{
	switch (match) {
	case SUDOERS_YES:
		return SUDOERS_NEVER;
	case SUDOERS_NEVER:
		return SUDOERS_YES;
	case SUDOERS_NO:
	case SUDOERS_MAYBE:
		break;
	}
	return match;
}

static enum sudoers_match list_match(const struct list_ctx *ctx, struct span list,
	enum sudoers_match (*fits)(const struct list_ctx *ctx, struct span item))
{
	enum sudoers_match match = SUDOERS_NO, one;
	struct span item;

	while (sudoers_item_next(&list, &item)) {
		bool off = negation_take(&item);

		one = item.len > 0 ? fits(ctx, item) : SUDOERS_NO;
		if (one != SUDOERS_NO) {
			match = off ? contrary(one) : one;
		}
	}
	return match;
}

static enum sudoers_match outer_item(const struct list_ctx *ctx, struct span item)
{
	struct span list;

	if (!span_eq(item, "ALL") && alias_like(item) && alias_find(ctx, item, &list)) {
		return list_match(ctx, list, inner_item);
	}
	return inner_item(ctx, item);
}

/* "name:password:gid:member,member" (group(5)) */
static bool line_has(struct span fields, uint64_t gid, const struct sudoers_person *person)
{
	struct span members, member;

	if (gid == person->gid) {
		return true;
	}
	if (!span_next(&fields, ':', &members)) {
		return false;
	}
	while (span_next(&members, ',', &member)) {
		if (same(member, person->name)) {
			return true;
		}
	}
	return false;
}

enum sudoers_match sudoers_match_member(
	const struct sudoers_view *view, const struct sudoers_person *person, struct span group)
{
	struct span rest = view->group, line, name, password, number;
	bool by_number = group.len > 1 && group.p[0] == '#';
	uint64_t gid;

	if (!view->group.p || person->elsewhere || (group.len > 0 && group.p[0] == ':')) {
		return span_eq(group, "root") ? SUDOERS_NO : SUDOERS_MAYBE;
	}
	if (by_number) {
		group = (struct span){group.p + 1, group.len - 1};
	}
	while (span_next(&rest, '\n', &line)) {
		if (!span_next(&line, ':', &name) || !span_next(&line, ':', &password) ||
			!span_next(&line, ':', &number) || span_u64(number, &gid) != 0) {
			continue;
		}
		if (same(by_number ? number : name, group) && line_has(line, gid, person)) {
			return SUDOERS_YES;
		}
	}
	return view->directory ? SUDOERS_MAYBE : SUDOERS_NO;
}

static bool name_here(const struct sudoers_view *view, struct span name)
{
	struct span rest = view->passwd;
	struct account account;
	int r;

	while ((r = accounts_next(&rest, &account)) != ACCOUNTS_E_END) {
		if (r == 0 && same(account.name, name)) {
			return true;
		}
	}
	return false;
}

static enum sudoers_match person_item(const struct list_ctx *ctx, struct span item)
{
	const struct sudoers_person *person = ctx->person;
	struct span tail = {item.p + 1, item.len - 1};
	uint64_t uid;

	switch (item.p[0]) {
	case '%':
		return sudoers_match_member(ctx->view, person, tail);
	case '+':
		return SUDOERS_MAYBE;
	case '#':
		if (person->elsewhere || span_u64(tail, &uid) != 0) {
			return SUDOERS_MAYBE;
		}
		return uid == person->uid ? SUDOERS_YES : SUDOERS_NO;
	}
	if (person->elsewhere) {
		return name_here(ctx->view, item) ? SUDOERS_NO : SUDOERS_MAYBE;
	}
	return same(item, person->name) ? SUDOERS_YES : SUDOERS_NO;
}

static enum sudoers_match root_item(const struct list_ctx *ctx, struct span item)
{
	(void)ctx;
	if (span_eq(item, "root") || span_eq(item, "#0")) {
		return SUDOERS_YES;
	}
	return item.p[0] == '%' || item.p[0] == '+' ? SUDOERS_MAYBE : SUDOERS_NO;
}

static enum sudoers_match nothing_item(const struct list_ctx *ctx, struct span item)
{
	(void)ctx;
	(void)item;
	return SUDOERS_NO;
}

enum sudoers_match sudoers_match_person(
	const struct sudoers_view *view, const struct sudoers_person *person, struct span list)
{
	const struct list_ctx ctx = {view, person, SUDOERS_USER_ALIAS, person_item};

	return list_match(&ctx, list, outer_item);
}

enum sudoers_match sudoers_match_root(const struct sudoers_view *view, struct span list)
{
	const struct list_ctx ctx = {view, NULL, SUDOERS_RUNAS_ALIAS, root_item};

	return list_match(&ctx, list, outer_item);
}

enum sudoers_match sudoers_match_everything(const struct sudoers_view *view, struct span list)
{
	const struct list_ctx ctx = {view, NULL, SUDOERS_CMND_ALIAS, nothing_item};

	return list_match(&ctx, list, outer_item);
}

static enum sudoers_match host_item(const struct list_ctx *ctx, struct span item)
{
	(void)ctx;
	(void)item;
	return SUDOERS_MAYBE;
}

enum sudoers_match sudoers_match_here(const struct sudoers_view *view, struct span list)
{
	const struct list_ctx ctx = {view, NULL, SUDOERS_HOST_ALIAS, host_item};

	return list_match(&ctx, list, outer_item);
}
