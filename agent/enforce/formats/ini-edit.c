/* SPDX-License-Identifier: Apache-2.0 */
#include "ini-edit.h"

#include "ini-line.h"

#include <string.h>

/* Where a path leads in a text */
struct place {
	bool has_section;	/* true in a flat document */
	struct ini_line header; /* when there is a section line */
	size_t pairs;		/* of the section */
	bool has_pair;
	struct ini_line pair;
	bool named;   /* of a key with marks: a pair of its name is there */
	size_t first; /* and begins here */
	bool fixed;   /* and one of them is marked as fixed */
	size_t end;   /* behind the last line of the section that is not blank: what is added goes
			 there */
};

static const char *key_of(enum ini_edit_dialect dialect, const struct json_path *path)
{
	size_t at = dialect == INI_EDIT_FLAT ? 0 : 1;

	return path->n > at ? json_path_name(path, at) : NULL;
}

static bool is_continued(struct span text, const struct ini_line *line)
{
	return line->value_end > line->value && text.p[line->value_end - 1] == '\\';
}

/* Whether the pair has all of the marks of a key, "[$i]" */
static bool has_marks(const struct ini_line *line, const char *mark)
{
	struct span has = {line->name.p + line->name.len, line->marked.len - line->name.len};

	for (; *mark; mark++) {
		if (!memchr(has.p, *mark, has.len)) {
			return false;
		}
	}
	return true;
}

/*
 * KConfig takes the first pair that is marked as fixed ("i"), whatever comes before or after it: so
 * that one is looked at, and what is added goes before all of that name.
 */
static void take_marked(
	const struct ini_line *line, const char *key, const char *mark, struct place *place)
{
	size_t len = (size_t)(mark - key);

	if (line->name.len != len || memcmp(line->name.p, key, len) != 0) {
		return;
	}
	if (!place->named) {
		place->named = true;
		place->first = line->start;
	}
	if (!place->fixed && has_marks(line, "[$i")) {
		place->fixed = true;
		place->has_pair = has_marks(line, mark);
		place->pair = *line;
	}
}

static int take_pair(
	struct span text, const struct ini_line *line, const char *key, struct place *place)
{
	const char *mark = key ? strstr(key, "[$") : NULL;

	place->pairs++;
	if (mark) {
		take_marked(line, key, mark, place);
		return place->has_pair && is_continued(text, &place->pair) ? INI_EDIT_E_CONTINUED
									   : 0;
	}
	if (!key || !span_eq(line->name, key)) {
		return 0;
	}
	if (place->has_pair) {
		return INI_EDIT_E_DUPLICATE;
	}
	if (is_continued(text, line)) {
		return INI_EDIT_E_CONTINUED;
	}
	place->has_pair = true;
	place->pair = *line;
	return 0;
}

/* A section that stands twice is read as one, and added to where it stands last. */
static int locate(struct span text, enum ini_edit_dialect dialect, const struct json_path *path,
	struct place *ret_place)
{
	struct place place = {.has_section = dialect == INI_EDIT_FLAT, .end = ini_line_first(text)};
	bool inside = dialect == INI_EDIT_FLAT;
	struct ini_line line;
	size_t pos = 0;
	int r = 0;

	if (path->n == 0 || path->n > (dialect == INI_EDIT_FLAT ? 1 : 3)) {
		return INI_EDIT_E_PATH;
	}
	while (r == 0 && ini_line_next(text, dialect, &pos, &line)) {
		if (line.type == INI_LINE_SECTION) {
			inside = dialect == INI_EDIT_SECTIONS &&
				 span_eq(line.name, json_path_name(path, 0));
			if (inside) {
				place.has_section = true;
				place.header = line;
			}
		}
		if (inside && line.type == INI_LINE_PAIR) {
			r = take_pair(text, &line, key_of(dialect, path), &place);
		}
		if (inside && line.type != INI_LINE_BLANK) {
			place.end = line.next;
		}
	}
	if (r == 0) {
		*ret_place = place;
	}
	return r;
}

/* The element of "a;b;" that is this text; p NULL when none is */
static struct span element_find(struct span list, const char *element)
{
	struct span part;

	while (span_next(&list, ';', &part)) {
		if (span_eq(part, element)) {
			return part;
		}
	}
	return (struct span){NULL, 0};
}

static struct span value_of(struct span text, const struct ini_line *line)
{
	return (struct span){text.p + line->value, line->value_end - line->value};
}

/* A carriage return that ends no line would become part of one. */
static bool has_lone_return(struct span text)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		size_t len = line.len > 0 && text.p ? line.len - 1 : line.len;

		if (len > 0 && memchr(line.p, '\r', len)) {
			return true;
		}
	}
	return false;
}

int ini_edit_check(struct span text, enum ini_edit_dialect dialect)
{
	(void)dialect;
	if (text.len > INI_EDIT_MAX || (text.len && memchr(text.p, '\0', text.len))) {
		return INI_EDIT_E_SYNTAX;
	}
	return utf8_valid(text) && !has_lone_return(text) ? 0 : INI_EDIT_E_SYNTAX;
}

int ini_edit_find(struct span text, enum ini_edit_dialect dialect, const struct json_path *path,
	struct span *ret_value)
{
	struct span value = {NULL, 0};
	struct place place;
	int r = ini_edit_check(text, dialect);

	r = r != 0 ? r : locate(text, dialect, path, &place);
	if (r != 0) {
		return r;
	}
	if (key_of(dialect, path) == NULL) {
		if (place.has_section) {
			value = (struct span){
				text.p + place.header.start, place.header.end - place.header.start};
		}
	} else if (place.has_pair) {
		value = value_of(text, &place.pair);
		if (path->n == 3) {
			value = element_find(value, json_path_name(path, 2));
		}
	}
	*ret_value = value;
	return 0;
}

static int splice(struct span text, size_t from, size_t to, struct span with, struct str *out)
{
	int r = str_append(out, text.p, from);

	r = r < 0 ? r : str_append(out, with.p, with.len);
	return r < 0 ? r : str_append(out, text.p + to, text.len - to);
}

/* A line behind pos; where the text before has no line's end, the new line is left without one. */
static int insert_line(struct span text, size_t pos, struct span line, struct str *out)
{
	cleanup(str_finish) struct str added = {.max = INI_EDIT_MAX};
	const char *newline = ini_line_newline(text);
	bool torn = pos > ini_line_first(text) && text.p[pos - 1] != '\n';
	int r = torn ? str_append_z(&added, newline) : 0;

	r = r < 0 ? r : str_append(&added, line.p, line.len);
	if (r == 0 && !torn) {
		r = str_append_z(&added, newline);
	}
	return r < 0 ? r : splice(text, pos, pos, (struct span){added.p, added.len}, out);
}

static int remove_line(struct span text, const struct ini_line *line, struct str *out)
{
	size_t from = line->start;

	if (line->next == line->end && from > ini_line_first(text)) {
		from--;
		from -= from > 0 && text.p[from - 1] == '\r';
	}
	return splice(text, from, line->next, (struct span){NULL, 0}, out);
}

/* " = " or "=", as the first pair of the text has it */
static struct span separator_of(struct span text, enum ini_edit_dialect dialect)
{
	struct ini_line line;
	size_t pos = 0;

	while (ini_line_next(text, dialect, &pos, &line)) {
		const char *name_end =
			line.type == INI_LINE_PAIR ? line.name.p + line.name.len : NULL;

		if (name_end && *name_end != '[' && line.value_end > line.value) {
			return (struct span){name_end, (size_t)(text.p + line.value - name_end)};
		}
	}
	return span_z("=");
}

static int add_section(struct span text, const char *name, struct str *out)
{
	cleanup(str_finish) struct str line = {.max = INI_EDIT_MAX};
	int r = str_appendf(&line, "[%s]", name);

	return r < 0 ? r : insert_line(text, text.len, (struct span){line.p, line.len}, out);
}

static int add_pair(struct span text, enum ini_edit_dialect dialect, const struct place *place,
	const char *key, struct span value, struct str *out)
{
	cleanup(str_finish) struct str line = {.max = INI_EDIT_MAX};
	struct span separator = separator_of(text, dialect);
	int r = str_append_z(&line, key);

	r = r < 0 ? r : str_append(&line, separator.p, separator.len);
	r = r < 0 ? r : str_append(&line, value.p, value.len);
	return r < 0 ? r
		     : insert_line(text, place->named ? place->first : place->end,
			       (struct span){line.p, line.len}, out);
}

static int add_element(
	struct span text, const struct ini_line *pair, const char *element, struct str *out)
{
	cleanup(str_finish) struct str added = {.max = INI_EDIT_MAX};
	struct span list = value_of(text, pair);
	bool closed = list.len == 0 || list.p[list.len - 1] == ';';
	int r = str_appendf(&added, closed ? "%s;" : ";%s", element);

	return r < 0 ? r
		     : splice(text, pair->value_end, pair->value_end,
			       (struct span){added.p, added.len}, out);
}

static bool is_one_line(struct span value)
{
	return !value.len ||
	       (!memchr(value.p, '\n', value.len) && !memchr(value.p, '\r', value.len));
}

int ini_edit_set(struct span text, enum ini_edit_dialect dialect, const struct json_path *path,
	struct span value, struct str *out)
{
	const char *key = key_of(dialect, path);
	struct place place;
	int r = ini_edit_check(text, dialect);

	r = r != 0 ? r : locate(text, dialect, path, &place);
	if (r != 0) {
		return r;
	}
	if (!is_one_line(value) || (path->n == 3 && strchr(json_path_name(path, 2), ';'))) {
		return INI_EDIT_E_VALUE;
	}
	if (!key) {
		return place.has_section ? str_append(out, text.p, text.len)
					 : add_section(text, json_path_name(path, 0), out);
	}
	if (!place.has_section || (path->n == 3 && !place.has_pair)) {
		return INI_EDIT_E_NO_PARENT;
	}
	if (!place.has_pair) {
		return add_pair(text, dialect, &place, key, value, out);
	}
	if (path->n < 3) {
		return splice(text, place.pair.value, place.pair.value_end, value, out);
	}
	return element_find(value_of(text, &place.pair), json_path_name(path, 2)).p
		       ? str_append(out, text.p, text.len)
		       : add_element(text, &place.pair, json_path_name(path, 2), out);
}

/* With the sign that add_element put: behind it in a closed list, before it in an open one */
static int remove_element(
	struct span text, const struct ini_line *pair, struct span element, struct str *out)
{
	size_t from = (size_t)(element.p - text.p), to = from + element.len;

	if (to < pair->value_end) {
		to++;
	} else if (from > pair->value) {
		from--;
	}
	return splice(text, from, to, (struct span){NULL, 0}, out);
}

int ini_edit_remove(struct span text, enum ini_edit_dialect dialect, const struct json_path *path,
	struct str *out)
{
	const char *key = key_of(dialect, path);
	struct place place;
	int r = ini_edit_check(text, dialect);

	r = r != 0 ? r : locate(text, dialect, path, &place);
	if (r != 0) {
		return r;
	}
	if (!key && place.has_section && place.pairs == 0) {
		return remove_line(text, &place.header, out);
	}
	if (key && place.has_pair && path->n < 3) {
		return remove_line(text, &place.pair, out);
	}
	if (key && place.has_pair) {
		struct span element =
			element_find(value_of(text, &place.pair), json_path_name(path, 2));

		if (element.p) {
			return remove_element(text, &place.pair, element, out);
		}
	}
	return str_append(out, text.p, text.len);
}

bool ini_edit_next(struct span text, enum ini_edit_dialect dialect, struct ini_edit_pair *pair)
{
	struct ini_line line;

	while (ini_line_next(text, dialect, &pair->next, &line)) {
		if (line.type == INI_LINE_SECTION) {
			pair->section = line.name;
			pair->in_section = true;
		} else if (line.type == INI_LINE_PAIR) {
			pair->key = line.name;
			pair->value = value_of(text, &line);
			return true;
		}
	}
	return false;
}
