/* SPDX-License-Identifier: Apache-2.0 */
#include "json-lex.h"

#include "json.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The character at i, NUL past the end: no JSON text holds a NUL outside of a refused string. */
static char at(const struct json_lex *lex, size_t i)
{
	return i < lex->text.len ? lex->text.p[i] : '\0';
}

/* From "//" or the start of a block comment, behind it */
static int skip_comment(struct json_lex *lex)
{
	const char *rest = lex->text.p + lex->pos + 2;
	size_t len = lex->text.len - lex->pos - 2;
	const char *end;

	if (at(lex, lex->pos + 1) == '/') {
		end = memchr(rest, '\n', len);
		lex->pos = end ? (size_t)(end - lex->text.p) : lex->text.len;
		return 0;
	}
	end = memmem(rest, len, "*/", 2);
	if (!end) {
		return JSON_EDIT_E_SYNTAX;
	}
	lex->pos = (size_t)(end - lex->text.p) + 2;
	return 0;
}

int json_lex_skip_blank(struct json_lex *lex)
{
	for (;;) {
		int r;

		while (lex->pos < lex->text.len && is_blank(lex->text.p[lex->pos])) {
			lex->pos++;
		}
		if (lex->dialect != JSON_EDIT_RELAXED || at(lex, lex->pos) != '/' ||
			(at(lex, lex->pos + 1) != '/' && at(lex, lex->pos + 1) != '*')) {
			return 0;
		}
		r = skip_comment(lex);
		if (r != 0) {
			return r;
		}
	}
}

static bool is_hex4(const struct json_lex *lex, size_t i)
{
	for (size_t n = 0; n < 4; n++) {
		char c = at(lex, i + n);

		if (!is_digit(c) && (c < 'a' || c > 'f') && (c < 'A' || c > 'F')) {
			return false;
		}
	}
	return true;
}

/* Behind the closing quote */
static int string_end(const struct json_lex *lex, size_t *ret_end)
{
	size_t i = lex->pos + 1;

	while (i < lex->text.len && lex->text.p[i] != '"') {
		char c = lex->text.p[i];

		if ((unsigned char)c < ' ') {
			return JSON_EDIT_E_SYNTAX;
		}
		if (c == '\\') {
			i++;
			if (at(lex, i) == 'u' && is_hex4(lex, i + 1)) {
				i += 4;
			} else if (at(lex, i) == '\0' || !strchr("\"\\/bfnrt", at(lex, i))) {
				return JSON_EDIT_E_SYNTAX;
			}
		}
		i++;
	}
	if (i >= lex->text.len) {
		return JSON_EDIT_E_SYNTAX;
	}
	*ret_end = i + 1;
	return 0;
}

static size_t skip_digits(const struct json_lex *lex, size_t i)
{
	while (is_digit(at(lex, i))) {
		i++;
	}
	return i;
}

/* RFC 8259 section 6 */
static int number_end(const struct json_lex *lex, size_t *ret_end)
{
	size_t i = lex->pos + (at(lex, lex->pos) == '-');
	size_t digits;

	if (!is_digit(at(lex, i))) {
		return JSON_EDIT_E_SYNTAX;
	}
	i = at(lex, i) == '0' ? i + 1 : skip_digits(lex, i);
	if (at(lex, i) == '.') {
		digits = i + 1;
		i = skip_digits(lex, digits);
		if (i == digits) {
			return JSON_EDIT_E_SYNTAX;
		}
	}
	if (at(lex, i) == 'e' || at(lex, i) == 'E') {
		i++;
		digits = i + (at(lex, i) == '+' || at(lex, i) == '-');
		i = skip_digits(lex, digits);
		if (i == digits) {
			return JSON_EDIT_E_SYNTAX;
		}
	}
	*ret_end = i;
	return 0;
}

static int word_end(const struct json_lex *lex, size_t *ret_end)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);

		if (lex->text.len - lex->pos >= len &&
			memcmp(lex->text.p + lex->pos, words[i], len) == 0) {
			*ret_end = lex->pos + len;
			return 0;
		}
	}
	return JSON_EDIT_E_SYNTAX;
}

static const struct {
	char c;
	enum json_token_type type;
} marks[] = {
	{'{', JSON_TOKEN_OPEN_OBJECT},
	{'}', JSON_TOKEN_CLOSE_OBJECT},
	{'[', JSON_TOKEN_OPEN_ARRAY},
	{']', JSON_TOKEN_CLOSE_ARRAY},
	{',', JSON_TOKEN_COMMA},
	{':', JSON_TOKEN_COLON},
};

int json_lex_next(struct json_lex *lex, struct json_token *ret_token)
{
	struct json_token token = {.type = JSON_TOKEN_SCALAR};
	int r = json_lex_skip_blank(lex);
	char c;

	if (r != 0) {
		return r;
	}
	token.start = token.end = lex->pos;
	if (lex->pos >= lex->text.len) {
		token.type = JSON_TOKEN_END;
		*ret_token = token;
		return 0;
	}
	c = lex->text.p[lex->pos];
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (marks[i].c == c) {
			token.type = marks[i].type;
			token.end = lex->pos + 1;
		}
	}
	if (c == '"') {
		token.type = JSON_TOKEN_STRING;
		r = string_end(lex, &token.end);
	} else if (c == '-' || is_digit(c)) {
		r = number_end(lex, &token.end);
	} else if (token.type == JSON_TOKEN_SCALAR) {
		r = word_end(lex, &token.end);
	}
	if (r == 0) {
		lex->pos = token.end;
		*ret_token = token;
	}
	return r;
}

/* Behind a value whose first token was just read: the text is known to be well formed */
static int skip_value(struct json_lex *lex, enum json_token_type first)
{
	size_t depth = first == JSON_TOKEN_OPEN_OBJECT || first == JSON_TOKEN_OPEN_ARRAY;

	while (depth > 0) {
		struct json_token token;
		int r = json_lex_next(lex, &token);

		if (r != 0 || token.type == JSON_TOKEN_END) {
			return JSON_EDIT_E_SYNTAX;
		}
		if (token.type == JSON_TOKEN_OPEN_OBJECT || token.type == JSON_TOKEN_OPEN_ARRAY) {
			depth++;
		} else if (token.type == JSON_TOKEN_CLOSE_OBJECT ||
			   token.type == JSON_TOKEN_CLOSE_ARRAY) {
			depth--;
		}
	}
	return 0;
}

/* A name may be spelt with escapes */
static int key_equals(struct span key, const char *name, bool *ret_equal)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct span inner = {key.p + 1, key.len - 2};
	int r;

	if (!memchr(inner.p, '\\', inner.len)) {
		*ret_equal = span_eq(inner, name);
		return 0;
	}
	r = json_parse(key, &object, NULL);
	if (r != 0) {
		return r < 0 ? r : JSON_EDIT_E_SYNTAX;
	}
	*ret_equal = (size_t)json_object_get_string_len(object) == strlen(name) &&
		     memcmp(json_object_get_string(object), name, strlen(name)) == 0;
	return 0;
}

/* One member, from its key on; leaves the lex behind the comma or at the closing brace. */
static int read_member(struct json_lex *lex, struct json_token key, struct json_member *member)
{
	struct json_token token;
	int r = json_lex_next(lex, &token); /* colon */

	if (r == 0) {
		r = json_lex_next(lex, &token);
	}
	if (r != 0) {
		return r;
	}
	*member = (struct json_member){.key_start = key.start,
		.key_end = key.end,
		.value_start = token.start,
		.comma_before = JSON_LEX_NONE,
		.comma_after = JSON_LEX_NONE};
	r = skip_value(lex, token.type);
	member->value_end = lex->pos;
	return r;
}

static int view_member(struct span text, const char *name, const struct json_member *member,
	struct json_object_view *view)
{
	struct span key = {text.p + member->key_start, member->key_end - member->key_start};
	bool equal = false;
	int r = name ? key_equals(key, name, &equal) : 0;

	if (r != 0) {
		return r;
	}
	if (equal && view->found) {
		return JSON_EDIT_E_DUPLICATE;
	}
	view->found_last = equal;
	if (equal) {
		view->found = true;
		view->member = *member;
	}
	view->last = *member;
	view->n++;
	return 0;
}

int json_lex_object(struct span text, enum json_edit_dialect dialect, size_t open, const char *name,
	struct json_object_view *ret_view)
{
	struct json_lex lex = {.text = text, .dialect = dialect, .pos = open + 1};
	struct json_object_view view = {.open = open};
	size_t comma = JSON_LEX_NONE;

	for (;;) {
		struct json_member member;
		struct json_token token, after;
		int r = json_lex_next(&lex, &token);

		if (r == 0 && token.type == JSON_TOKEN_CLOSE_OBJECT) {
			view.close = token.start;
			break;
		}
		if (r == 0) {
			r = token.type == JSON_TOKEN_STRING ? read_member(&lex, token, &member)
							    : JSON_EDIT_E_SYNTAX;
		}
		if (r == 0) {
			r = json_lex_next(&lex, &after);
		}
		if (r != 0) {
			return r;
		}
		member.comma_before = comma;
		comma = JSON_LEX_NONE;
		if (after.type == JSON_TOKEN_COMMA) {
			member.comma_after = comma = after.start;
		} else {
			lex.pos = after.start;
		}
		r = view_member(text, name, &member, &view);
		if (r != 0) {
			return r;
		}
	}
	*ret_view = view;
	return 0;
}
