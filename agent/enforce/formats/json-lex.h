/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of a JSON text, and the members of its objects, by position. Shared by json-edit alone. */
#pragma once

#include "json-edit.h"

enum json_token_type {
	JSON_TOKEN_END,
	JSON_TOKEN_OPEN_OBJECT,
	JSON_TOKEN_CLOSE_OBJECT,
	JSON_TOKEN_OPEN_ARRAY,
	JSON_TOKEN_CLOSE_ARRAY,
	JSON_TOKEN_COMMA,
	JSON_TOKEN_COLON,
	JSON_TOKEN_STRING,
	JSON_TOKEN_SCALAR, /* number, true, false, null */
};

struct json_token {
	enum json_token_type type;
	size_t start;
	size_t end;
};

struct json_lex {
	struct span text;
	enum json_edit_dialect dialect;
	size_t pos;
};

/* JSON_EDIT_E_SYNTAX */
must_check int json_lex_next(struct json_lex *lex, struct json_token *ret_token);
/* Past blanks, and comments where the dialect has them; JSON_EDIT_E_SYNTAX for a torn comment */
must_check int json_lex_skip_blank(struct json_lex *lex);
/* The whole text is one value. ret_root: its first token */
must_check int json_lex_check(
	struct span text, enum json_edit_dialect dialect, struct json_token *ret_root);

#define JSON_LEX_NONE SIZE_MAX

struct json_member {
	size_t key_start, key_end; /* quotes included */
	size_t value_start, value_end;
	size_t comma_before, comma_after; /* JSON_LEX_NONE */
};

/* An object of a checked text, and the member that was asked for. */
struct json_object_view {
	size_t open, close;
	size_t n;		 /* members */
	struct json_member last; /* when n > 0 */
	bool found;
	bool found_last;
	struct json_member member; /* when found */
};
/* name may be NULL. JSON_EDIT_E_DUPLICATE, JSON_EDIT_E_SYNTAX */
must_check int json_lex_object(struct span text, enum json_edit_dialect dialect, size_t open,
	const char *name, struct json_object_view *ret_view);
