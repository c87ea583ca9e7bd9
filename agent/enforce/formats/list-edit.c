/* SPDX-License-Identifier: Apache-2.0 */
#include "list-edit.h"

#include "ini-edit.h"
#include "ini-line.h"

#include <string.h>

int list_edit_check(struct span text)
{
	int r = ini_edit_check(text, INI_EDIT_FLAT);

	return r > 0 ? LIST_EDIT_E_SYNTAX : r;
}

static struct span item_of(struct span text, const struct ini_line *line)
{
	struct span item = {text.p + line->start, line->end - line->start};
	const char *comment = item.len > 0 ? memchr(item.p, '#', item.len) : NULL;

	if (comment) {
		item.len = (size_t)(comment - item.p);
	}
	if (item.len > 0 && item.p[item.len - 1] == '\r') {
		item.len--;
	}
	return span_trim(item);
}

/* The first line that holds the item; one that starts with it when prefix is asked for */
static bool find(struct span text, const char *item, bool prefix, struct ini_line *ret_line)
{
	struct ini_line line;
	size_t pos = 0;

	while (ini_line_next(text, INI_EDIT_FLAT, &pos, &line)) {
		struct span found = item_of(text, &line);

		if (prefix ? span_starts(found, item) : span_eq(found, item)) {
			*ret_line = line;
			return true;
		}
	}
	return false;
}

bool list_edit_has(struct span text, const char *item)
{
	struct ini_line line;

	return item[0] != '\0' && find(text, item, false, &line);
}

static int splice(struct span text, size_t from, size_t to, struct span with, struct str *out)
{
	int r = str_append(out, text.p, from);

	r = r < 0 ? r : str_append(out, with.p, with.len);
	return r < 0 ? r : str_append(out, text.p + to, text.len - to);
}

static size_t place_of(struct span text, const char *const *before)
{
	size_t place = text.len;

	for (size_t i = 0; before && before[i]; i++) {
		struct ini_line line;

		if (find(text, before[i], true, &line) && line.start < place) {
			place = line.start;
		}
	}
	return place;
}

int list_edit_add(struct span text, const char *item, const char *const *before, struct str *out)
{
	cleanup(str_finish) struct str line = {.max = LIST_EDIT_MAX};
	const char *newline = ini_line_newline(text);
	size_t at = place_of(text, before);
	/* a last line without an end gets one, and hands the lack of it on to ours */
	bool torn = at > ini_line_first(text) && text.p[at - 1] != '\n';
	int r = list_edit_check(text);

	if (r == 0 && (item[0] == '\0' || strpbrk(item, " \t\r\n#"))) {
		r = LIST_EDIT_E_ITEM;
	}
	if (r == 0 && list_edit_has(text, item)) {
		return str_append(out, text.p, text.len);
	}
	if (r == 0 && torn) {
		r = str_append_z(&line, newline);
	}
	if (r == 0) {
		r = str_append_z(&line, item);
	}
	if (r == 0 && !torn) {
		r = str_append_z(&line, newline);
	}
	return r == 0 ? splice(text, at, at, (struct span){line.p, line.len}, out) : r;
}

int list_edit_remove(struct span text, const char *item, struct str *out)
{
	struct ini_line line;
	size_t from;
	int r = list_edit_check(text);

	if (r != 0) {
		return r;
	}
	if (item[0] == '\0' || !find(text, item, false, &line)) {
		return str_append(out, text.p, text.len);
	}
	from = line.start;
	if (line.next == line.end && from > ini_line_first(text)) {
		from--;
		from -= from > 0 && text.p[from - 1] == '\r';
	}
	return splice(text, from, line.next, (struct span){NULL, 0}, out);
}

bool list_edit_next(struct span text, size_t *pos, struct span *ret_item)
{
	struct ini_line line;

	while (ini_line_next(text, INI_EDIT_FLAT, pos, &line)) {
		struct span item = item_of(text, &line);

		if (item.len > 0) {
			*ret_item = item;
			return true;
		}
	}
	return false;
}
