/* SPDX-License-Identifier: Apache-2.0 */
#include "pam-stack.h"

#include <stdio.h>
#include <string.h>

#define SERVICE_MAX 256
#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */

void pam_stack_finish(struct pam_stack *stack)
{
	vec_for_each (text, &stack->texts) {
		free(*text);
	}
	vec_free(&stack->texts);
	vec_free(&stack->entries);
}

/* The file of a service, or the one that a rule names by an absolute path */
static int file_read(const struct sysroot *root, struct span name, char **ret_text, size_t *ret_len)
{
	static const char *const dirs[] = {"etc/pam.d/", "usr/lib/pam.d/", "usr/share/pam.d/"};
	bool absolute = name.len > 0 && name.p[0] == '/';
	int r = FD_E_MISSING;

	if (name.len > SERVICE_MAX || memchr(name.p, '\0', name.len)) {
		return -EINVAL;
	}
	for (size_t i = 0; i < (absolute ? 1 : ARRAY_LEN(dirs)) && r == FD_E_MISSING; i++) {
		char path[SERVICE_MAX + 32];

		snprintf(path, sizeof(path), "%s%.*s", absolute ? "" : dirs[i],
			(int)name.len - absolute, name.p + absolute);
		r = sysroot_read(root, path, PAM_FILE_MAX, ret_text, ret_len);
	}
	return r;
}

struct frame {
	struct span rest;
	unsigned level;
};

struct loader {
	const struct sysroot *root;
	enum pam_type type;
	struct frame frames[PAM_DEPTH_MAX];
	size_t depth;
};

static int file_enter(
	struct loader *loader, struct pam_stack *stack, struct span name, unsigned level)
{
	cleanup(free_ptr) char *text = NULL;
	char *kept;
	size_t len = 0;
	int r;

	if (loader->depth == PAM_DEPTH_MAX) {
		return PAM_STACK_E_DAMAGED;
	}
	r = file_read(loader->root, name, &text, &len);
	if (r != 0) {
		return r == -ENOMEM				 ? r
		       : r == -EACCES || r == -EPERM		 ? PAM_STACK_E_REFUSED
		       : r == FD_E_MISSING && loader->depth == 0 ? PAM_STACK_E_MISSING
								 : PAM_STACK_E_DAMAGED;
	}
	kept = text;
	r = vec_push(&stack->texts, kept, PAM_FILES_MAX);
	if (r != 0) {
		return r == -ENOSPC ? PAM_STACK_E_DAMAGED : r;
	}
	text = NULL;
	pam_text_join(kept, len);
	loader->frames[loader->depth++] = (struct frame){.rest = {kept, len}, .level = level};
	return 0;
}

static int rule_take(struct loader *loader, struct pam_stack *stack, const struct pam_rule *rule)
{
	unsigned level = loader->frames[loader->depth - 1].level;
	struct pam_entry entry = {.rule = *rule, .level = level};
	int r = 0;

	if (rule->kind != PAM_KIND_ALL && rule->type != loader->type) {
		return 0;
	}
	if (rule->kind == PAM_KIND_MODULE || rule->kind == PAM_KIND_SUBSTACK) {
		r = vec_push(&stack->entries, entry, PAM_RULES_MAX);
	}
	if (r != 0) {
		return r == -ENOSPC ? PAM_STACK_E_DAMAGED : r;
	}
	if (rule->kind == PAM_KIND_MODULE) {
		return 0;
	}
	return file_enter(loader, stack, rule->module, level + (rule->kind == PAM_KIND_SUBSTACK));
}

int pam_stack_load(const struct sysroot *root, const char *service, enum pam_type type,
	struct pam_stack *ret_stack)
{
	struct pam_stack stack = {.entries = {0}};
	struct loader loader = {.root = root, .type = type};
	int r = file_enter(&loader, &stack, span_z(service), 0);

	while (r == 0 && loader.depth > 0) {
		struct pam_rule rule;

		r = pam_rule_next(&loader.frames[loader.depth - 1].rest, &rule);
		if (r == PAM_RULE_E_END) {
			loader.depth--;
			r = 0;
			continue;
		}
		r = r == PAM_RULE_E_FORMAT ? PAM_STACK_E_DAMAGED
					   : rule_take(&loader, &stack, &rule);
	}
	if (r != 0) {
		pam_stack_finish(&stack);
		return r;
	}
	*ret_stack = stack;
	return 0;
}

enum impression { IMPRESSION_NONE, IMPRESSION_GOOD, IMPRESSION_BAD };

struct play {
	const struct pam_stack *stack;
	size_t at;
	enum impression impression;
	enum impression before[PAM_DEPTH_MAX + 1]; /* when each substack began */
};

/* Over the rest of the substack, or of everything */
static void level_leave(struct play *play, unsigned level)
{
	while (play->at < play->stack->entries.len &&
		play->stack->entries.items[play->at].level >= level) {
		play->at++;
	}
}

/* A jump counts rules of this level alone; a substack is one of them (pam_dispatch.c). */
static void rules_skip(struct play *play, unsigned level, size_t n)
{
	while (n > 0 && play->at < play->stack->entries.len &&
		play->stack->entries.items[play->at].level >= level) {
		play->at++;
		while (play->at < play->stack->entries.len &&
			play->stack->entries.items[play->at].level > level) {
			play->at++;
		}
		n--;
	}
	if (n > 0) { /* over the end: libpam refuses */
		play->impression = IMPRESSION_BAD;
	}
}

static void action_take(
	struct play *play, unsigned level, unsigned action, enum pam_outcome outcome)
{
	if (action >= PAM_ACTION_JUMP) {
		rules_skip(play, level, action - PAM_ACTION_JUMP + 1);
		return;
	}
	switch ((enum pam_action)action) {
	case PAM_ACTION_OK:
	case PAM_ACTION_DONE:
		if (play->impression == IMPRESSION_NONE) {
			play->impression =
				outcome == PAM_OUTCOME_SUCCESS ? IMPRESSION_GOOD : IMPRESSION_NONE;
		} else if (play->impression == IMPRESSION_GOOD && outcome == PAM_OUTCOME_FAILURE) {
			play->impression = IMPRESSION_BAD; /* "ok" hands a failure on */
		}
		if (play->impression == IMPRESSION_GOOD && action == PAM_ACTION_DONE) {
			level_leave(play, level);
		}
		break;
	case PAM_ACTION_BAD:
	case PAM_ACTION_DIE:
		play->impression = IMPRESSION_BAD;
		if (action == PAM_ACTION_DIE) {
			level_leave(play, level);
		}
		break;
	case PAM_ACTION_RESET:
		play->impression = play->before[level];
		break;
	case PAM_ACTION_IGNORE:
	case PAM_ACTION_JUMP:
		break;
	}
}

bool pam_stack_play(const struct pam_stack *stack, pam_suppose_fn suppose, void *data)
{
	struct play play = {.stack = stack};

	while (play.at < stack->entries.len) {
		const struct pam_entry *entry = &stack->entries.items[play.at++];
		enum pam_outcome outcome;

		if (entry->rule.kind == PAM_KIND_SUBSTACK) {
			play.before[entry->level + 1] = play.impression;
			continue;
		}
		outcome = suppose(data, &entry->rule);
		action_take(&play, entry->level, entry->rule.actions[outcome], outcome);
	}
	return play.impression == IMPRESSION_GOOD;
}

/* "uid >= 1000" and its like (pam_succeed_if(8)); a person is in no special group. */
static bool uid_suits(struct span args)
{
	static const char *const above[] = {">=", ">", "ge", "gt"};
	struct span key, op, value, none;
	int64_t limit;

	while (pam_arg_next(&args, &key, &none)) {
		if (!span_eq(key, "uid")) {
			continue;
		}
		op = args;
		op = span_trim(op);
		for (size_t i = 0; i < ARRAY_LEN(above); i++) {
			size_t len = strlen(above[i]);

			if (span_starts(op, above[i]) && op.len > len && op.p[len] == ' ') {
				value = (struct span){op.p + len, op.len - len};
				return pam_arg_next(&value, &key, &none) &&
				       pam_number(key, &limit) && limit <= UID_PEOPLE;
			}
		}
		return false;
	}
	return false;
}

bool pam_module_plain(const struct pam_rule *rule, enum pam_outcome *ret_outcome)
{
	static const struct {
		const char *module;
		enum pam_outcome outcome;
	} rows[] = {
		{"pam_access", PAM_OUTCOME_SUCCESS},
		{"pam_cap", PAM_OUTCOME_IGNORE},
		{"pam_deny", PAM_OUTCOME_FAILURE},
		{"pam_echo", PAM_OUTCOME_IGNORE},
		{"pam_ecryptfs", PAM_OUTCOME_SUCCESS},
		{"pam_env", PAM_OUTCOME_IGNORE},
		{"pam_faildelay", PAM_OUTCOME_IGNORE},
		{"pam_gnome_keyring", PAM_OUTCOME_SUCCESS},
		{"pam_group", PAM_OUTCOME_IGNORE},
		{"pam_kwallet", PAM_OUTCOME_IGNORE},
		{"pam_kwallet5", PAM_OUTCOME_IGNORE},
		{"pam_lastlog", PAM_OUTCOME_SUCCESS},
		{"pam_localuser", PAM_OUTCOME_SUCCESS},
		{"pam_mail", PAM_OUTCOME_IGNORE},
		{"pam_nologin", PAM_OUTCOME_IGNORE},
		{"pam_permit", PAM_OUTCOME_SUCCESS},
		{"pam_rootok", PAM_OUTCOME_FAILURE},
		{"pam_securetty", PAM_OUTCOME_SUCCESS},
		{"pam_selinux_permit", PAM_OUTCOME_IGNORE},
		{"pam_shells", PAM_OUTCOME_SUCCESS},
		{"pam_time", PAM_OUTCOME_SUCCESS},
		{"pam_warn", PAM_OUTCOME_IGNORE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(rule->module, rows[i].module)) {
			*ret_outcome = rows[i].outcome;
			return true;
		}
	}
	if (span_eq(rule->module, "pam_usertype")) { /* a person's account is a regular one */
		*ret_outcome = memmem(rule->args.p, rule->args.len, "isregular", 9)
				       ? PAM_OUTCOME_SUCCESS
				       : PAM_OUTCOME_FAILURE;
		return true;
	}
	if (span_eq(rule->module, "pam_succeed_if")) {
		*ret_outcome = uid_suits(rule->args) ? PAM_OUTCOME_SUCCESS : PAM_OUTCOME_FAILURE;
		return true;
	}
	return false;
}
