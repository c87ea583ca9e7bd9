/* SPDX-License-Identifier: Apache-2.0 */
#include "json-edit.h"

#include "json-layout.h"
#include "json-lex.h"

#include <string.h>

/* Walks down the path as far as it exists. views[i] is the object that holds, or would hold, name
 * i. */
struct walk {
	size_t root;  /* the document's opening brace */
	size_t depth; /* names that exist */
	struct json_object_view views[JSON_PATH_DEPTH_MAX];
	size_t n_views;
};

static int walk_path(struct span text, enum json_edit_dialect dialect, const struct json_path *path,
	struct walk *walk)
{
	struct json_token root;
	size_t open;
	int r = json_lex_check(text, dialect, &root);

	if (r != 0) {
		return r;
	}
	if (root.type != JSON_TOKEN_OPEN_OBJECT) {
		return JSON_EDIT_E_NOT_OBJECT;
	}
	walk->root = open = root.start;
	walk->depth = walk->n_views = 0;
	while (walk->n_views < path->n) {
		struct json_object_view *view = &walk->views[walk->n_views];

		r = json_lex_object(text, dialect, open, json_path_name(path, walk->n_views), view);
		if (r != 0) {
			return r;
		}
		walk->n_views++;
		if (!view->found) {
			return 0;
		}
		walk->depth++;
		open = view->member.value_start;
		if (text.p[open] != '{') {
			return 0;
		}
	}
	return 0;
}

static struct span member_value(struct span text, const struct json_member *member)
{
	return (struct span){text.p + member->value_start, member->value_end - member->value_start};
}

int json_edit_find(struct span text, enum json_edit_dialect dialect, const struct json_path *path,
	struct json_edit_found *ret_found)
{
	struct walk walk;
	struct json_edit_found found = {.last = text};
	int r = walk_path(text, dialect, path, &walk);

	if (r != 0) {
		return r;
	}
	found.depth = walk.depth;
	if (walk.depth > 0) {
		found.last = member_value(text, &walk.views[walk.depth - 1].member);
	}
	if (walk.depth == path->n) {
		found.value = found.last;
	}
	*ret_found = found;
	return 0;
}

/* out = text with [start, end) replaced by middle */
static int splice(struct span text, size_t start, size_t end, struct span middle, struct str *out)
{
	int r = str_append(out, text.p, start);

	if (r == 0) {
		r = str_append(out, middle.p, middle.len);
	}
	return r < 0 ? r : str_append(out, text.p + end, text.len - end);
}

static int append_member(const struct json_layout *layout, const char *name, struct span value,
	bool verbatim, struct str *out)
{
	int r = json_layout_before(layout, out);

	/* a path's name holds neither quote, backslash nor control character: json-path.h */
	if (r == 0) {
		r = str_appendf(out, "\"%s\"", name);
	}
	if (r == 0) {
		r = str_append(out, layout->colon.p, layout->colon.len);
	}
	if (r != 0) {
		return r;
	}
	return verbatim ? str_append(out, value.p, value.len)
			: json_layout_value(layout, value, out);
}

static int insert_first(struct span text, const struct json_object_view *view,
	struct json_layout *layout, const char *name, struct span value, bool verbatim,
	struct str *out)
{
	cleanup(str_finish) struct str indent = {.max = JSON_EDIT_MAX};
	cleanup(str_finish) struct str member = {.max = JSON_EDIT_MAX};
	size_t at;
	int r = str_append(&indent, layout->indent.p, layout->indent.len);

	if (r == 0) {
		r = str_append(&indent, layout->unit.p, layout->unit.len);
	}
	if (r != 0) {
		return r;
	}
	layout->indent = (struct span){indent.p, indent.len};
	r = append_member(layout, name, value, verbatim, &member);
	if (r == 0 && layout->lines) {
		r = str_append_z(&member, layout->newline);
		if (r == 0) {
			r = str_append(&member, layout->closing.p, layout->closing.len);
		}
	}
	/* on one line right behind the brace: behind a line break it would seem to have its own
	 * line */
	at = layout->lines ? view->close : view->open + 1;
	return r != 0 ? r : splice(text, at, at, (struct span){member.p, member.len}, out);
}

/* End of the line when only blanks and comments follow from here, so that a note stays where it is
 */
static size_t line_end(struct span text, enum json_edit_dialect dialect, size_t from)
{
	size_t i = from;

	while (i < text.len) {
		if (text.p[i] == '\n' || text.p[i] == '\r') {
			return i;
		}
		if (text.p[i] == ' ' || text.p[i] == '\t') {
			i++;
			continue;
		}
		if (dialect != JSON_EDIT_RELAXED || text.p[i] != '/' || i + 1 >= text.len) {
			return from;
		}
		if (text.p[i + 1] == '/') {
			/* As for the lexer, "\n" alone ends it: a lone CR is part of the note. */
			while (i < text.len && text.p[i] != '\n') {
				i++;
			}
			return i < text.len && text.p[i - 1] == '\r' ? i - 1 : i;
		}
		{
			const char *end = memmem(text.p + i + 2, text.len - i - 2, "*/", 2);

			if (!end || memchr(text.p + i, '\n', (size_t)(end - text.p) - i)) {
				return from;
			}
			i = (size_t)(end - text.p) + 2;
		}
	}
	return from;
}

static int insert_last(struct span text, enum json_edit_dialect dialect,
	const struct json_object_view *view, const struct json_layout *layout, const char *name,
	struct span value, bool verbatim, struct str *out)
{
	bool trailing = view->last.comma_after != JSON_LEX_NONE;
	size_t from = trailing ? view->last.comma_after + 1 : view->last.value_end;
	size_t to = layout->lines ? line_end(text, dialect, from) : from;
	int r = str_append(out, text.p, from);

	if (r == 0 && !trailing) {
		r = str_append_char(out, ',');
	}
	if (r == 0) {
		r = str_append(out, text.p + from, to - from);
	}
	if (r == 0) {
		r = append_member(layout, name, value, verbatim, out);
	}
	if (r == 0 && trailing) {
		r = str_append_char(out, ',');
	}
	return r != 0 ? r : str_append(out, text.p + to, text.len - to);
}

static int replace(struct span text, const struct json_object_view *view,
	const struct json_layout *layout, struct span value, bool verbatim, struct str *out)
{
	cleanup(str_finish) struct str laid = {.max = JSON_EDIT_MAX};
	int r = verbatim ? str_append(&laid, value.p, value.len)
			 : json_layout_value(layout, value, &laid);

	return r != 0 ? r
		      : splice(text, view->member.value_start, view->member.value_end,
				(struct span){laid.p, laid.len}, out);
}

static int set_member(struct span text, enum json_edit_dialect dialect,
	const struct json_path *path, const struct walk *walk, struct span value, bool verbatim,
	struct str *out)
{
	const struct json_object_view *view = &walk->views[path->n - 1];
	const char *name = json_path_name(path, path->n - 1);
	struct json_layout layout;
	int r = json_layout_read(text, dialect, walk->root, view, &layout);

	if (r != 0) {
		return r;
	}
	if (view->found) {
		return replace(text, view, &layout, value, verbatim, out);
	}
	if (view->n == 0) {
		return insert_first(text, view, &layout, name, value, verbatim, out);
	}
	return insert_last(text, dialect, view, &layout, name, value, verbatim, out);
}

int json_edit_set(struct span text, enum json_edit_dialect dialect, const struct json_path *path,
	struct span value, bool verbatim, struct str *out)
{
	struct walk walk;
	struct json_token first;
	size_t before = out->len;
	int r = walk_path(text, dialect, path, &walk);

	if (r == 0) {
		r = json_lex_check(value, verbatim ? dialect : JSON_EDIT_STRICT, &first);
	}
	if (r != 0) {
		return r;
	}
	if (walk.n_views < path->n) {
		return walk.depth == walk.n_views ? JSON_EDIT_E_NOT_OBJECT : JSON_EDIT_E_NO_PARENT;
	}
	r = set_member(text, dialect, path, &walk, value, verbatim, out);
	return r != 0 ? r
		      : json_lex_check(
				(struct span){out->p + before, out->len - before}, dialect, &first);
}

/* Start of what goes with a member: its line break when it begins a line, else the blanks before it
 */
static size_t member_start(struct span text, const struct json_member *member)
{
	size_t start = member->key_start;

	while (start > 0 && (text.p[start - 1] == ' ' || text.p[start - 1] == '\t')) {
		start--;
	}
	if (start > 0 && text.p[start - 1] == '\n') {
		start--;
		if (start > 0 && text.p[start - 1] == '\r') {
			start--;
		}
	}
	return start;
}

/* Whether a "//" comment that begins between from and at runs up to the line break at `at` */
static bool ends_comment(struct span text, size_t from, size_t at)
{
	while (from + 1 < at) {
		const char *slash = memchr(text.p + from, '/', at - from - 1);
		size_t i = slash ? (size_t)(slash - text.p) : at;

		if (i == at) {
			return false;
		}
		if (text.p[i + 1] == '/') {
			const char *end = memchr(text.p + i, '\n', text.len - i);

			from = end ? (size_t)(end - text.p) : text.len;
			if (from >= at) {
				return true;
			}
			continue;
		}
		{
			const char *end = memmem(text.p + i + 2, text.len - i - 2, "*/", 2);

			from = end ? (size_t)(end - text.p) + 2 : at;
		}
	}
	return false;
}

static size_t skip_spaces(struct span text, size_t i)
{
	while (i < text.len && strchr(" \t\r\n", text.p[i]) && text.p[i] != '\0') {
		i++;
	}
	return i;
}

/* What to cut for a member, its commas aside */
static void member_extent(
	struct span text, const struct json_object_view *view, size_t *ret_start, size_t *ret_end)
{
	const struct json_member *member = &view->member;
	bool only = member->comma_before == JSON_LEX_NONE && member->comma_after == JSON_LEX_NONE;
	size_t from = member->comma_before == JSON_LEX_NONE ? view->open : member->comma_before;
	size_t start = member_start(text, member), end = member->value_end;
	struct span indent;
	bool whole_line = json_layout_indent(text, member->key_start, &indent);
	bool comment = whole_line && ends_comment(text, from + 1, start);

	if (member->comma_after != JSON_LEX_NONE) {
		end = member->comma_after + 1;
		if (!whole_line && !view->found_last) {
			start = member->key_start;
			end = skip_spaces(text, end);
		}
	} else if (only && !whole_line) {
		start = member->key_start;
	} else if (only && !comment && text.p[skip_spaces(text, end)] == '}') {
		end = skip_spaces(text, end);
	}
	if (comment && text.p[end] != '\n' && text.p[end] != '\r') {
		/* what follows must not become part of the comment */
		start = (size_t)(indent.p - text.p);
	}
	*ret_start = start;
	*ret_end = end;
}

static int cut_member(struct span text, const struct json_object_view *view, struct str *out)
{
	const struct json_member *member = &view->member;
	size_t start, end, copied = 0;
	int r = 0;

	member_extent(text, view, &start, &end);
	if (member->comma_after == JSON_LEX_NONE && member->comma_before != JSON_LEX_NONE) {
		/* the last of several: the comma before it goes too, a note between them stays */
		r = str_append(out, text.p, member->comma_before);
		copied = member->comma_before + 1;
	}
	if (r == 0) {
		r = str_append(out, text.p + copied, start - copied);
	}
	return r != 0 ? r : str_append(out, text.p + end, text.len - end);
}

int json_edit_remove(struct span text, enum json_edit_dialect dialect, const struct json_path *path,
	struct str *out)
{
	struct walk walk;
	struct json_token root;
	size_t before = out->len;
	int r = walk_path(text, dialect, path, &walk);

	if (r != 0) {
		return r;
	}
	if (walk.depth < path->n) {
		return str_append(out, text.p, text.len);
	}
	r = cut_member(text, &walk.views[path->n - 1], out);
	return r != 0 ? r
		      : json_lex_check(
				(struct span){out->p + before, out->len - before}, dialect, &root);
}

int json_edit_strip(struct span text, enum json_edit_dialect dialect, struct str *out)
{
	struct json_lex lex = {.text = text, .dialect = dialect};
	struct json_token token;
	bool comma = false;
	int r = json_lex_check(text, dialect, &token);

	while (r == 0) {
		r = json_lex_next(&lex, &token);
		if (r != 0 || token.type == JSON_TOKEN_END) {
			break;
		}
		if (comma && token.type != JSON_TOKEN_CLOSE_OBJECT &&
			token.type != JSON_TOKEN_CLOSE_ARRAY) {
			r = str_append_char(out, ',');
		}
		comma = token.type == JSON_TOKEN_COMMA;
		if (r == 0 && !comma) {
			r = str_append(out, text.p + token.start, token.end - token.start);
		}
	}
	return r;
}
