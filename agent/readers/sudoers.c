/* SPDX-License-Identifier: Apache-2.0 */
#include "sudoers.h"

#include <string.h>

void sudoers_join(char *text, size_t len)
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

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Up to the first of these bytes that stands outside quotes and is not escaped */
static size_t length_until(struct span s, const char *ends)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == '"') {
			quoted = !quoted;
		} else if (!quoted && s.p[i] != '\0' && strchr(ends, s.p[i])) {
			return i;
		}
	}
	return s.len;
}

static void forward(struct span *s, size_t n)
{
	n = n < s->len ? n : s->len;
	s->p += n;
	s->len -= n;
}

static void blanks_skip(struct span *s)
{
	while (s->len > 0 && blank(s->p[0])) {
		forward(s, 1);
	}
}

/* "#" begins a comment unless digits follow, which are an id (sudoers(5), user list). */
static struct span comment_cut(struct span line)
{
	struct span rest = line;

	for (;;) {
		forward(&rest, length_until(rest, "#"));
		if (rest.len == 0) {
			break;
		}
		if (rest.len > 1 && digit(rest.p[1])) {
			forward(&rest, 1);
			continue;
		}
		line.len -= rest.len;
		break;
	}
	while (line.len > 0 && blank(line.p[line.len - 1])) {
		line.len--;
	}
	blanks_skip(&line);
	return line;
}

static const struct {
	const char *word;
	enum sudoers_kind kind;
} words[] = {
	{"#include", SUDOERS_INCLUDE},
	{"#includedir", SUDOERS_INCLUDEDIR},
	{"@include", SUDOERS_INCLUDE},
	{"@includedir", SUDOERS_INCLUDEDIR},
	{"Cmd_Alias", SUDOERS_CMND_ALIAS},
	{"Cmnd_Alias", SUDOERS_CMND_ALIAS},
	{"Host_Alias", SUDOERS_HOST_ALIAS},
	{"Runas_Alias", SUDOERS_RUNAS_ALIAS},
	{"User_Alias", SUDOERS_USER_ALIAS},
};

static bool word_statement(struct span line, struct sudoers_statement *statement)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i].word);

		if (line.len > len && memcmp(line.p, words[i].word, len) == 0 &&
			blank(line.p[len])) {
			*statement = (struct sudoers_statement){.kind = words[i].kind};
			statement->body = span_trim((struct span){line.p + len, line.len - len});
			return true;
		}
	}
	return false;
}

static bool defaults_statement(struct span line, struct sudoers_statement *statement)
{
	static const char word[] = "Defaults";
	size_t len = strlen(word), scope;

	if (line.len <= len || memcmp(line.p, word, len) != 0 || !strchr(" \t:!@>", line.p[len])) {
		return false;
	}
	forward(&line, len);
	scope = blank(line.p[0]) ? 0 : length_until(line, " \t");
	*statement = (struct sudoers_statement){.kind = SUDOERS_DEFAULTS, .head = {line.p, scope}};
	forward(&line, scope);
	statement->body = span_trim(line);
	return true;
}

/* The users end where no comma leads on. */
static size_t users_length(struct span line)
{
	struct span rest = line;

	for (;;) {
		size_t end;

		blanks_skip(&rest);
		while (rest.len > 0 && rest.p[0] == '!') {
			forward(&rest, 1);
			blanks_skip(&rest);
		}
		forward(&rest, length_until(rest, " \t,="));
		end = line.len - rest.len;
		blanks_skip(&rest);
		if (rest.len == 0 || rest.p[0] != ',') {
			return end;
		}
		forward(&rest, 1);
	}
}

static int rule_statement(struct span line, struct sudoers_statement *statement)
{
	size_t users = users_length(line);

	*statement = (struct sudoers_statement){.kind = SUDOERS_RULE, .head = {line.p, users}};
	forward(&line, users);
	statement->body = span_trim(line);
	return users == 0 || length_until(statement->body, "=") == statement->body.len
		       ? SUDOERS_E_FORMAT
		       : 0;
}

int sudoers_next(struct span *text, struct sudoers_statement *ret_statement)
{
	struct sudoers_statement statement;
	struct span line;
	int r;

	for (;;) {
		if (!span_next(text, '\n', &line)) {
			return SUDOERS_E_END;
		}
		blanks_skip(&line);
		if (word_statement(line, &statement) &&
			(statement.kind == SUDOERS_INCLUDE ||
				statement.kind == SUDOERS_INCLUDEDIR)) {
			*ret_statement = statement;
			return 0;
		}
		line = comment_cut(line);
		if (line.len > 0) {
			break;
		}
	}
	if (!word_statement(line, &statement) && !defaults_statement(line, &statement)) {
		r = rule_statement(line, &statement);
		if (r != 0) {
			return r;
		}
	}
	*ret_statement = statement;
	return 0;
}

bool sudoers_item_next(struct span *list, struct span *ret_item)
{
	size_t len;

	if (list->len == 0) {
		return false;
	}
	len = length_until(*list, ",");
	*ret_item = span_trim((struct span){list->p, len});
	if (ret_item->len >= 2 && ret_item->p[0] == '"' && ret_item->p[ret_item->len - 1] == '"') {
		*ret_item = (struct span){ret_item->p + 1, ret_item->len - 2};
	}
	forward(list, len + 1);
	return true;
}

int sudoers_alias_next(struct span *body, struct span *ret_name, struct span *ret_list)
{
	size_t equals, end;

	blanks_skip(body);
	if (body->len == 0) {
		return SUDOERS_E_END;
	}
	equals = length_until(*body, "=");
	if (equals == body->len) {
		return SUDOERS_E_FORMAT;
	}
	*ret_name = span_trim((struct span){body->p, equals});
	forward(body, equals + 1);
	end = length_until(*body, ":");
	*ret_list = span_trim((struct span){body->p, end});
	forward(body, end + 1);
	return 0;
}

static bool upper(char c)
{
	return (c >= 'A' && c <= 'Z') || c == '_';
}

/* sudoers(5), Tag_Spec */
static bool is_tag(struct span word)
{
	static const char *const tags[] = {"EXEC", "FOLLOW", "INTERCEPT", "LOG_INPUT", "LOG_OUTPUT",
		"MAIL", "PASSWD", "SETENV"};

	if (span_starts(word, "NO")) {
		word = (struct span){word.p + 2, word.len - 2};
	}
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (span_eq(word, tags[i])) {
			return true;
		}
	}
	return false;
}

/* "(runas)", "TAG:" and "OPTION=value" before a command; what they set holds for later ones too. */
static int settings_take(struct sudoers_grants *grants)
{
	struct span *rest = &grants->rest;

	for (;;) {
		struct span tag;
		size_t word = 0;

		blanks_skip(rest);
		if (rest->len > 0 && rest->p[0] == '(') {
			size_t end = length_until(*rest, ")");

			if (end == rest->len) {
				return SUDOERS_E_FORMAT;
			}
			grants->now.runas = (struct span){rest->p + 1, end - 1};
			grants->now.has_runas = true;
			forward(rest, end + 1);
			continue;
		}
		while (word < rest->len && upper(rest->p[word])) {
			word++;
		}
		if (word > 0 && word < rest->len && rest->p[word] == '=') {
			forward(rest, length_until(*rest, " \t,"));
			continue;
		}
		tag = (struct span){rest->p, word};
		while (word > 0 && word < rest->len && blank(rest->p[word])) {
			word++; /* "NOPASSWD : ALL" is a tag too */
		}
		if (word == rest->len || rest->p[word] != ':' || !is_tag(tag)) {
			return 0; /* an alias of commands; ":" begins other hosts */
		}
		if (span_eq(tag, "NOPASSWD") || span_eq(tag, "PASSWD")) {
			grants->now.nopasswd = tag.p[0] == 'N';
			grants->now.passwd = tag.p[0] == 'P';
		}
		forward(rest, word + 1);
	}
}

static int hosts_skip(struct sudoers_grants *grants)
{
	size_t equals = length_until(grants->rest, "=");

	if (equals == grants->rest.len) {
		return SUDOERS_E_FORMAT;
	}
	grants->now =
		(struct sudoers_grant){.hosts = span_trim((struct span){grants->rest.p, equals})};
	forward(&grants->rest, equals + 1);
	grants->begun = true;
	return 0;
}

int sudoers_grant_next(struct sudoers_grants *grants, struct sudoers_grant *ret_grant)
{
	size_t digest = 0, end;
	int r;

	blanks_skip(&grants->rest);
	if (grants->rest.len == 0) {
		return grants->begun ? SUDOERS_E_END : SUDOERS_E_FORMAT;
	}
	r = grants->begun ? 0 : hosts_skip(grants);
	if (r == 0) {
		r = settings_take(grants);
	}
	if (r != 0) {
		return r;
	}
	if (span_starts(grants->rest, "sha2") || span_starts(grants->rest, "sha3") ||
		span_starts(grants->rest, "sha5")) {
		digest = length_until(grants->rest, ":") + 1;
		digest = digest < grants->rest.len ? digest : grants->rest.len;
	}
	end = digest +
	      length_until((struct span){grants->rest.p + digest, grants->rest.len - digest}, ",:");
	grants->now.command = span_trim((struct span){grants->rest.p, end});
	grants->begun = end >= grants->rest.len || grants->rest.p[end] != ':';
	forward(&grants->rest, end + 1);
	if (grants->rest.len == 0) {
		grants->begun = true;
	}
	if (grants->now.command.len == 0) {
		return SUDOERS_E_FORMAT;
	}
	*ret_grant = grants->now;
	return 0;
}
