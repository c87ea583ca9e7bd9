/* SPDX-License-Identifier: Apache-2.0 */
#include "json-scan.h"

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
static char at(const struct json_scan *scan, size_t i)
{
	return i < scan->text.len ? scan->text.p[i] : '\0';
}

/* From "//" or the start of a block comment, behind it */
static int skip_comment(struct json_scan *scan)
{
	const char *rest = scan->text.p + scan->pos + 2;
	size_t len = scan->text.len - scan->pos - 2;
	const char *end;

	if (at(scan, scan->pos + 1) == '/') {
		end = memchr(rest, '\n', len);
		scan->pos = end ? (size_t)(end - scan->text.p) : scan->text.len;
		return 0;
	}
	end = memmem(rest, len, "*/", 2);
	if (!end) {
		return JSON_EDIT_E_SYNTAX;
	}
	scan->pos = (size_t)(end - scan->text.p) + 2;
	return 0;
}

int json_scan_skip_blank(struct json_scan *scan)
{
	for (;;) {
		int r;

		while (scan->pos < scan->text.len && is_blank(scan->text.p[scan->pos])) {
			scan->pos++;
		}
		if (scan->dialect != JSON_EDIT_RELAXED || at(scan, scan->pos) != '/' ||
			(at(scan, scan->pos + 1) != '/' && at(scan, scan->pos + 1) != '*')) {
			return 0;
		}
		r = skip_comment(scan);
		if (r != 0) {
			return r;
		}
	}
}

static bool is_hex4(const struct json_scan *scan, size_t i)
{
	for (size_t n = 0; n < 4; n++) {
		char c = at(scan, i + n);

		if (!is_digit(c) && (c < 'a' || c > 'f') && (c < 'A' || c > 'F')) {
			return false;
		}
	}
	return true;
}

/* Behind the closing quote */
static int string_end(const struct json_scan *scan, size_t *ret_end)
{
	size_t i = scan->pos + 1;

	while (i < scan->text.len && scan->text.p[i] != '"') {
		char c = scan->text.p[i];

		if ((unsigned char)c < ' ') {
			return JSON_EDIT_E_SYNTAX;
		}
		if (c == '\\') {
			i++;
			if (at(scan, i) == 'u' && is_hex4(scan, i + 1)) {
				i += 4;
			} else if (at(scan, i) == '\0' || !strchr("\"\\/bfnrt", at(scan, i))) {
				return JSON_EDIT_E_SYNTAX;
			}
		}
		i++;
	}
	if (i >= scan->text.len) {
		return JSON_EDIT_E_SYNTAX;
	}
	*ret_end = i + 1;
	return 0;
}

static size_t skip_digits(const struct json_scan *scan, size_t i)
{
	while (is_digit(at(scan, i))) {
		i++;
	}
	return i;
}

/* RFC 8259 section 6 */
static int number_end(const struct json_scan *scan, size_t *ret_end)
{
	size_t i = scan->pos + (at(scan, scan->pos) == '-');
	size_t digits;

	if (!is_digit(at(scan, i))) {
		return JSON_EDIT_E_SYNTAX;
	}
	i = at(scan, i) == '0' ? i + 1 : skip_digits(scan, i);
	if (at(scan, i) == '.') {
		digits = i + 1;
		i = skip_digits(scan, digits);
		if (i == digits) {
			return JSON_EDIT_E_SYNTAX;
		}
	}
	if (at(scan, i) == 'e' || at(scan, i) == 'E') {
		i++;
		digits = i + (at(scan, i) == '+' || at(scan, i) == '-');
		i = skip_digits(scan, digits);
		if (i == digits) {
			return JSON_EDIT_E_SYNTAX;
		}
	}
	*ret_end = i;
	return 0;
}

static int word_end(const struct json_scan *scan, size_t *ret_end)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);

		if (scan->text.len - scan->pos >= len &&
			memcmp(scan->text.p + scan->pos, words[i], len) == 0) {
			*ret_end = scan->pos + len;
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

int json_scan_next(struct json_scan *scan, struct json_token *ret_token)
{
	struct json_token token = {.type = JSON_TOKEN_SCALAR};
	int r = json_scan_skip_blank(scan);
	char c;

	if (r != 0) {
		return r;
	}
	token.start = token.end = scan->pos;
	if (scan->pos >= scan->text.len) {
		token.type = JSON_TOKEN_END;
		*ret_token = token;
		return 0;
	}
	c = scan->text.p[scan->pos];
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (marks[i].c == c) {
			token.type = marks[i].type;
			token.end = scan->pos + 1;
		}
	}
	if (c == '"') {
		token.type = JSON_TOKEN_STRING;
		r = string_end(scan, &token.end);
	} else if (c == '-' || is_digit(c)) {
		r = number_end(scan, &token.end);
	} else if (token.type == JSON_TOKEN_SCALAR) {
		r = word_end(scan, &token.end);
	}
	if (r == 0) {
		scan->pos = token.end;
		*ret_token = token;
	}
	return r;
}

/* Behind a value whose first token was just read: the text is known to be well formed */
static int skip_value(struct json_scan *scan, enum json_token_type first)
{
	size_t depth = first == JSON_TOKEN_OPEN_OBJECT || first == JSON_TOKEN_OPEN_ARRAY;

	while (depth > 0) {
		struct json_token token;
		int r = json_scan_next(scan, &token);

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

/* One member, from its key on; leaves the scan behind the comma or at the closing brace. */
static int read_member(struct json_scan *scan, struct json_token key, struct json_member *member)
{
	struct json_token token;
	int r = json_scan_next(scan, &token); /* colon */

	if (r == 0) {
		r = json_scan_next(scan, &token);
	}
	if (r != 0) {
		return r;
	}
	*member = (struct json_member){.key_start = key.start,
		.key_end = key.end,
		.value_start = token.start,
		.comma_before = JSON_SCAN_NONE,
		.comma_after = JSON_SCAN_NONE};
	r = skip_value(scan, token.type);
	member->value_end = scan->pos;
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

int json_scan_object(struct span text, enum json_edit_dialect dialect, size_t open,
	const char *name, struct json_object_view *ret_view)
{
	struct json_scan scan = {.text = text, .dialect = dialect, .pos = open + 1};
	struct json_object_view view = {.open = open};
	size_t comma = JSON_SCAN_NONE;

	for (;;) {
		struct json_member member;
		struct json_token token, after;
		int r = json_scan_next(&scan, &token);

		if (r == 0 && token.type == JSON_TOKEN_CLOSE_OBJECT) {
			view.close = token.start;
			break;
		}
		if (r == 0) {
			r = token.type == JSON_TOKEN_STRING ? read_member(&scan, token, &member)
							    : JSON_EDIT_E_SYNTAX;
		}
		if (r == 0) {
			r = json_scan_next(&scan, &after);
		}
		if (r != 0) {
			return r;
		}
		member.comma_before = comma;
		comma = JSON_SCAN_NONE;
		if (after.type == JSON_TOKEN_COMMA) {
			member.comma_after = comma = after.start;
		} else {
			scan.pos = after.start;
		}
		r = view_member(text, name, &member, &view);
		if (r != 0) {
			return r;
		}
	}
	*ret_view = view;
	return 0;
}
