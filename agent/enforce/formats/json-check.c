/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a text is one well-formed value: a state machine over its tokens, no recursion. */
#include "json-lex.h"

#include <string.h>

/* What may come next, while a text is checked */
enum want { WANT_VALUE, WANT_VALUE_OR_CLOSE, WANT_KEY, WANT_KEY_OR_CLOSE, WANT_COLON, WANT_MORE };

struct checker {
	enum want want;
	uint64_t objects; /* bit d: container d is an object, not an array */
	size_t depth;
	bool relaxed;
};

static bool in_object(const struct checker *checker)
{
	return (checker->objects >> (checker->depth - 1)) & 1;
}

static int check_open(struct checker *checker, bool object)
{
	if ((checker->want != WANT_VALUE && checker->want != WANT_VALUE_OR_CLOSE) ||
		checker->depth == JSON_EDIT_DEPTH_MAX) {
		return JSON_EDIT_E_SYNTAX;
	}
	checker->objects &= ~((uint64_t)1 << checker->depth);
	checker->objects |= (uint64_t)object << checker->depth;
	checker->depth++;
	checker->want = object ? WANT_KEY_OR_CLOSE : WANT_VALUE_OR_CLOSE;
	return 0;
}

static int check_close(struct checker *checker, bool object)
{
	if (checker->depth == 0 || in_object(checker) != object ||
		(checker->want != WANT_MORE &&
			checker->want != (object ? WANT_KEY_OR_CLOSE : WANT_VALUE_OR_CLOSE))) {
		return JSON_EDIT_E_SYNTAX;
	}
	checker->depth--;
	checker->want = WANT_MORE;
	return 0;
}

static int check_comma(struct checker *checker)
{
	if (checker->want != WANT_MORE || checker->depth == 0) {
		return JSON_EDIT_E_SYNTAX;
	}
	if (in_object(checker)) {
		checker->want = checker->relaxed ? WANT_KEY_OR_CLOSE : WANT_KEY;
	} else {
		checker->want = checker->relaxed ? WANT_VALUE_OR_CLOSE : WANT_VALUE;
	}
	return 0;
}

static int check_value(struct checker *checker, bool string)
{
	if (string && (checker->want == WANT_KEY || checker->want == WANT_KEY_OR_CLOSE)) {
		checker->want = WANT_COLON;
		return 0;
	}
	if (checker->want != WANT_VALUE && checker->want != WANT_VALUE_OR_CLOSE) {
		return JSON_EDIT_E_SYNTAX;
	}
	checker->want = WANT_MORE;
	return 0;
}

static int check_token(struct checker *checker, enum json_token_type type)
{
	switch (type) {
	case JSON_TOKEN_OPEN_OBJECT:
	case JSON_TOKEN_OPEN_ARRAY:
		return check_open(checker, type == JSON_TOKEN_OPEN_OBJECT);
	case JSON_TOKEN_CLOSE_OBJECT:
	case JSON_TOKEN_CLOSE_ARRAY:
		return check_close(checker, type == JSON_TOKEN_CLOSE_OBJECT);
	case JSON_TOKEN_COMMA:
		return check_comma(checker);
	case JSON_TOKEN_COLON:
		if (checker->want != WANT_COLON) {
			return JSON_EDIT_E_SYNTAX;
		}
		checker->want = WANT_VALUE;
		return 0;
	case JSON_TOKEN_STRING:
	case JSON_TOKEN_SCALAR:
		return check_value(checker, type == JSON_TOKEN_STRING);
	case JSON_TOKEN_END:
		break;
	}
	return checker->want == WANT_MORE && checker->depth == 0 ? 0 : JSON_EDIT_E_SYNTAX;
}

/*
 * A carriage return that ends no line: blank to JSON, and no text editor of this century writes it.
 * Without it "\n" and "\r\n" are the only line breaks, so that what is inserted can be told again.
 */
static bool has_lone_return(struct span text)
{
	const char *p = text.p, *end = text.p + text.len;

	while (p < end && (p = memchr(p, '\r', (size_t)(end - p)))) {
		p++;
		if (p == end || *p != '\n') {
			return true;
		}
	}
	return false;
}

int json_lex_check(struct span text, enum json_edit_dialect dialect, struct json_token *ret_root)
{
	struct json_lex lex = {.text = text, .dialect = dialect};
	struct checker checker = {.want = WANT_VALUE, .relaxed = dialect == JSON_EDIT_RELAXED};
	struct json_token token, root = {0};
	bool first = true;

	if (text.len > JSON_EDIT_MAX || !utf8_valid(text) || has_lone_return(text)) {
		return JSON_EDIT_E_SYNTAX;
	}
	do {
		int r = json_lex_next(&lex, &token);

		if (r == 0) {
			r = check_token(&checker, token.type);
		}
		if (r != 0) {
			return r;
		}
		if (first) {
			root = token;
			first = false;
		}
	} while (token.type != JSON_TOKEN_END);
	*ret_root = root;
	return 0;
}
