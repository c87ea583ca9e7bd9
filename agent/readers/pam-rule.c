/* SPDX-License-Identifier: Apache-2.0 */
#include "pam-rule.h"

#include <string.h>
#include <strings.h>

#define DIGITS_MAX 10

static bool word_is(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

void pam_text_join(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0') {
			text[i] = '\n';
		}
		if (text[i] == '\\' && i + 1 < len && text[i + 1] == '\n') {
			text[i] = text[i + 1] = ' ';
		}
	}
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A word up to a blank, or all between brackets, where "\]" is no end (pam.d(5)). */
static struct span word_take(struct span *line)
{
	struct span word;
	size_t i = 0;

	while (i < line->len && blank(line->p[i])) {
		i++;
	}
	word = (struct span){line->p + i, 0};
	if (i < line->len && line->p[i] == '[') {
		while (i < line->len && (line->p[i] != ']' || line->p[i - 1] == '\\')) {
			i++;
		}
		i += i < line->len;
	} else {
		while (i < line->len && !blank(line->p[i])) {
			i++;
		}
	}
	word.len = (size_t)(line->p + i - word.p);
	*line = (struct span){line->p + i, line->len - i};
	return word;
}

static bool type_of(struct span word, enum pam_type *ret_type)
{
	static const char *const names[] = {"auth", "account", "password", "session"};

	if (word.len > 0 && word.p[0] == '-') { /* absent modules are not logged: no matter here */
		word.p++;
		word.len--;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (word_is(word, names[i])) {
			*ret_type = (enum pam_type)i;
			return true;
		}
	}
	return false;
}

static const struct keyword {
	const char *name;
	unsigned actions[PAM_OUTCOMES];
} keywords[] = {
	{"optional", {PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE}},
	{"required", {PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_BAD}},
	{"requisite", {PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_DIE}},
	{"sufficient", {PAM_ACTION_DONE, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE}},
};

static bool action_of(struct span word, unsigned *ret_action)
{
	static const char *const names[] = {"ignore", "ok", "done", "bad", "die", "reset"};
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (word_is(word, names[i])) {
			*ret_action = (unsigned)i;
			return true;
		}
	}
	if (span_u64(word, &n) != 0 || n > PAM_JUMP_MAX) {
		return false;
	}
	*ret_action = n == 0 ? PAM_ACTION_IGNORE : PAM_ACTION_JUMP + (unsigned)n - 1;
	return true;
}

/* "[success=1 default=ignore]": what is not named is bad (pam.d(5)). */
static bool actions_parse(struct span text, unsigned actions[PAM_OUTCOMES])
{
	static const char *const names[PAM_OUTCOMES] = {"success", "ignore", "auth_err"};
	bool named[PAM_OUTCOMES] = {false};
	unsigned rest = PAM_ACTION_BAD;
	struct span value;

	while ((value = word_take(&text)).len > 0) {
		const char *equals = memchr(value.p, '=', value.len);
		struct span key = {value.p, equals ? (size_t)(equals - value.p) : 0};
		unsigned action;

		value = (struct span){value.p + key.len + 1, value.len - key.len - 1};
		if (!equals || !action_of(value, &action)) {
			return false;
		}
		for (size_t i = 0; i < PAM_OUTCOMES; i++) {
			if (word_is(key, names[i])) {
				actions[i] = action;
				named[i] = true;
			}
		}
		rest = word_is(key, "default") ? action : rest;
	}
	for (size_t i = 0; i < PAM_OUTCOMES; i++) {
		actions[i] = named[i] ? actions[i] : rest;
	}
	return true;
}

static bool control_parse(struct span word, struct pam_rule *rule)
{
	rule->kind = PAM_KIND_MODULE;
	if (word.len >= 2 && word.p[0] == '[' && word.p[word.len - 1] == ']') {
		return actions_parse((struct span){word.p + 1, word.len - 2}, rule->actions);
	}
	if (word_is(word, "include") || word_is(word, "substack")) {
		rule->kind = word_is(word, "include") ? PAM_KIND_INCLUDE : PAM_KIND_SUBSTACK;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		if (word_is(word, keywords[i].name)) {
			memcpy(rule->actions, keywords[i].actions, sizeof(rule->actions));
			return true;
		}
	}
	return false;
}

static struct span module_name(struct span path)
{
	const char *slash = path.len > 0 ? memrchr(path.p, '/', path.len) : NULL;

	if (slash) {
		path.len -= (size_t)(slash + 1 - path.p);
		path.p = slash + 1;
	}
	if (path.len > 3 && memcmp(path.p + path.len - 3, ".so", 3) == 0) {
		path.len -= 3;
	}
	return path;
}

static int rule_parse(struct span line, struct pam_rule *ret_rule)
{
	struct pam_rule rule = {.kind = PAM_KIND_ALL};
	struct span word = word_take(&line);

	if (word_is(word, "@include")) {
		rule.module = word_take(&line);
	} else {
		if (!type_of(word, &rule.type) || !control_parse(word_take(&line), &rule)) {
			return PAM_RULE_E_FORMAT;
		}
		rule.module = word_take(&line);
	}
	if (rule.kind == PAM_KIND_MODULE) {
		rule.module = module_name(rule.module);
		rule.args = line;
	}
	if (rule.module.len == 0) { /* a path that ends with a slash */
		return PAM_RULE_E_FORMAT;
	}
	*ret_rule = rule;
	return 0;
}

static struct span comment_cut(struct span line)
{
	const char *hash = line.len > 0 ? memchr(line.p, '#', line.len) : NULL;

	line.len = hash ? (size_t)(hash - line.p) : line.len;
	if (line.len > 0 && line.p[line.len - 1] == '\r') {
		line.len--;
	}
	return span_trim(line);
}

int pam_rule_next(struct span *text, struct pam_rule *ret_rule)
{
	struct span line;

	do {
		if (!span_next(text, '\n', &line)) {
			return PAM_RULE_E_END;
		}
		line = comment_cut(line);
	} while (line.len == 0);
	return rule_parse(line, ret_rule);
}

static void pair_split(struct span word, struct span *ret_key, struct span *ret_value)
{
	const char *equals = word.len > 0 ? memchr(word.p, '=', word.len) : NULL;

	*ret_key = word;
	*ret_value = (struct span){word.p + word.len, 0};
	if (equals) {
		ret_key->len = (size_t)(equals - word.p);
		*ret_value = (struct span){equals + 1, word.len - ret_key->len - 1};
	}
	*ret_key = span_trim(*ret_key);
	*ret_value = span_trim(*ret_value);
}

bool pam_arg_next(struct span *args, struct span *ret_key, struct span *ret_value)
{
	struct span word = word_take(args);

	if (word.len >= 2 && word.p[0] == '[' && word.p[word.len - 1] == ']') {
		word = (struct span){word.p + 1, word.len - 2};
	}
	pair_split(word, ret_key, ret_value);
	return word.len > 0;
}

bool pam_setting_next(struct span *text, struct span *ret_key, struct span *ret_value)
{
	struct span line;

	do {
		if (!span_next(text, '\n', &line)) {
			return false;
		}
		line = comment_cut(line);
	} while (line.len == 0);
	pair_split(line, ret_key, ret_value);
	return true;
}

bool pam_number(struct span value, int64_t *ret_number)
{
	bool negative = value.len > 0 && value.p[0] == '-';
	uint64_t n;

	if (value.len > 0 && (value.p[0] == '-' || value.p[0] == '+')) {
		value.p++;
		value.len--;
	}
	if (value.len > DIGITS_MAX || span_u64(value, &n) != 0) {
		return false;
	}
	*ret_number = negative ? -(int64_t)n : (int64_t)n;
	return true;
}
