/* SPDX-License-Identifier: Apache-2.0 */
#include "json-layout.h"

#include <string.h>

#define DEFAULT_UNIT "  "

bool json_layout_indent(struct span text, size_t pos, struct span *ret_indent)
{
	size_t start = pos;

	while (start > 0 && (text.p[start - 1] == ' ' || text.p[start - 1] == '\t')) {
		start--;
	}
	if (start == 0 || text.p[start - 1] != '\n') {
		return false;
	}
	*ret_indent = (struct span){text.p + start, pos - start};
	return true;
}

/* Blanks at the start of the line that pos is on */
static struct span line_indent(struct span text, size_t pos)
{
	size_t start = pos, end;

	while (start > 0 && text.p[start - 1] != '\n') {
		start--;
	}
	for (end = start; end < pos && (text.p[end] == ' ' || text.p[end] == '\t'); end++) {
	}
	return (struct span){text.p + start, end - start};
}

static bool all_blank(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!strchr(" \t\r\n", text.p[i]) || text.p[i] == '\0') {
			return false;
		}
	}
	return true;
}

/* `"a" : 1` is copied as it is, but for comments */
static struct span colon_of(struct span text, const struct json_member *member)
{
	struct span between = {text.p + member->key_end, member->value_start - member->key_end};
	const char *colon = memchr(between.p, ':', between.len);
	struct span before = {between.p, (size_t)(colon - between.p)};
	struct span after = {colon + 1, between.len - before.len - 1};

	if (!all_blank(before) || !all_blank(after) || memchr(between.p, '\n', between.len)) {
		return span_z(": ");
	}
	return between;
}

static void layout_members(
	struct span text, const struct json_object_view *view, struct json_layout *layout)
{
	const struct json_member *last = &view->last;

	layout->lines = json_layout_indent(text, last->key_start, &layout->indent);
	layout->colon = colon_of(text, last);
	if (layout->lines) {
		return;
	}
	if (last->comma_before == JSON_LEX_NONE) {
		layout->separator =
			span_z(layout->colon.p[layout->colon.len - 1] == ' ' ? " " : "");
		return;
	}
	layout->separator = (struct span){
		text.p + last->comma_before + 1, last->key_start - last->comma_before - 1};
	if (!all_blank(layout->separator) ||
		memchr(layout->separator.p, '\n', layout->separator.len)) {
		layout->separator = span_z(" ");
	}
}

int json_layout_read(struct span text, enum json_edit_dialect dialect, size_t root,
	const struct json_object_view *view, struct json_layout *ret_layout)
{
	struct json_layout layout = {.newline = "\n", .unit = span_z(DEFAULT_UNIT)};
	struct json_lex lex = {.text = text, .dialect = dialect, .pos = root + 1};
	struct json_token first;
	int r = json_lex_next(&lex, &first);

	if (r != 0) {
		return r;
	}
	if (memmem(text.p, text.len, "\r\n", 2)) {
		layout.newline = "\r\n";
	}
	if (first.type == JSON_TOKEN_STRING) {
		layout.lines = json_layout_indent(text, first.start, &layout.unit);
	} else {
		layout.lines = memchr(text.p, '\n', text.len);
	}
	/* An empty object over several lines: its member gets lines of its own, and goes with them.
	 */
	if (memchr(text.p + view->open, '\n', view->close - view->open)) {
		layout.lines = true;
	}
	layout.closing = line_indent(text, view->open);
	layout.indent = layout.closing;
	layout.colon = span_z(layout.lines ? ": " : ":");
	if (view->n > 0) {
		struct span unit = layout.unit;

		layout_members(text, view, &layout);
		layout.unit = unit;
	}
	*ret_layout = layout;
	return 0;
}

static int append_span(struct str *out, struct span s)
{
	return str_append(out, s.p, s.len);
}

int json_layout_before(const struct json_layout *layout, struct str *out)
{
	int r;

	if (!layout->lines) {
		return append_span(out, layout->separator);
	}
	r = str_append_z(out, layout->newline);
	return r < 0 ? r : append_span(out, layout->indent);
}

static int append_line(const struct json_layout *layout, size_t depth, struct str *out)
{
	int r = json_layout_before(layout, out);

	for (size_t i = 0; i < depth && r == 0; i++) {
		r = append_span(out, layout->unit);
	}
	return r;
}

/* Objects over several lines, lists on one */
static int append_token(const struct json_layout *layout, struct span token,
	enum json_token_type type, enum json_token_type before, uint64_t *objects, size_t *depth,
	struct str *out)
{
	bool empty = before == JSON_TOKEN_OPEN_OBJECT;
	bool in_object = *depth > 0 && ((*objects >> (*depth - 1)) & 1);
	int r = 0;

	if (type == JSON_TOKEN_CLOSE_OBJECT || type == JSON_TOKEN_CLOSE_ARRAY) {
		--*depth;
		if (type == JSON_TOKEN_CLOSE_OBJECT && !empty) {
			r = append_line(layout, *depth, out);
		}
	} else if (empty || (before == JSON_TOKEN_COMMA && in_object)) {
		r = append_line(layout, *depth, out);
	} else if (before == JSON_TOKEN_COMMA || before == JSON_TOKEN_COLON) {
		r = str_append_char(out, ' ');
	}
	if (type == JSON_TOKEN_OPEN_OBJECT || type == JSON_TOKEN_OPEN_ARRAY) {
		*objects &= ~((uint64_t)1 << *depth);
		*objects |= (uint64_t)(type == JSON_TOKEN_OPEN_OBJECT) << *depth;
		++*depth;
	}
	return r < 0 ? r : append_span(out, token);
}

int json_layout_value(const struct json_layout *layout, struct span value, struct str *out)
{
	struct json_lex lex = {.text = value, .dialect = JSON_EDIT_STRICT};
	enum json_token_type before = JSON_TOKEN_END;
	uint64_t objects = 0;
	size_t depth = 0;

	if (!layout->lines) {
		return append_span(out, value);
	}
	for (;;) {
		struct json_token token;
		int r = json_lex_next(&lex, &token);

		if (r != 0 || token.type == JSON_TOKEN_END) {
			return r;
		}
		r = append_token(layout,
			(struct span){value.p + token.start, token.end - token.start}, token.type,
			before, &objects, &depth, out);
		if (r != 0) {
			return r;
		}
		before = token.type;
	}
}
