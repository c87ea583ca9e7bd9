/* SPDX-License-Identifier: Apache-2.0 */
#include "ini-line.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip(struct span text, size_t from, size_t end)
{
	while (from < end && is_blank(text.p[from])) {
		from++;
	}
	return from;
}

static size_t trim(struct span text, size_t from, size_t end)
{
	while (end > from && is_blank(text.p[end - 1])) {
		end--;
	}
	return end;
}

/* KConfig marks a key as "Key[$i]": fixed for whoever comes later. The mark is not of the name. */
static size_t cut_mark(struct span text, size_t from, size_t end)
{
	const char *mark = memmem(text.p + from, end - from, "[$", 2);

	return mark && text.p[end - 1] == ']' ? (size_t)(mark - text.p) : end;
}

/* A remark behind a value, "A="x" # why", is no part of it: '#' behind a blank, outside quotes. */
static size_t cut_remark(struct span text, size_t from, size_t end)
{
	char quote = '\0';

	for (size_t i = from; i < end; i++) {
		char c = text.p[i];

		if (quote) {
			quote = c == quote ? '\0' : quote;
			i += c == '\\' && quote == '"';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '#' && i > 0 && is_blank(text.p[i - 1])) {
			return i;
		}
	}
	return end;
}

static void read_pair(struct span text, enum ini_edit_dialect dialect, size_t from, size_t end,
	struct ini_line *line)
{
	const char *sign = memchr(text.p + from, '=', end - from);
	size_t at, name_end, marked_end;

	if (!sign || sign == text.p + from) {
		return;
	}
	at = (size_t)(sign - text.p);
	name_end = marked_end = trim(text, from, at);
	if (dialect == INI_EDIT_SECTIONS) {
		name_end = cut_mark(text, from, name_end);
	}
	line->type = INI_LINE_PAIR;
	line->marked = (struct span){text.p + from, marked_end - from};
	line->name = (struct span){text.p + from, name_end - from};
	line->value = skip(text, at + 1, end);
	if (dialect == INI_EDIT_FLAT) {
		end = cut_remark(text, line->value, end);
		/* before the blanks: a value that touches the remark would swallow it */
		line->value = line->value == end ? at + 1 : line->value;
	}
	/* an empty value stands behind the blanks, where another one would */
	while (dialect == INI_EDIT_SECTIONS && line->value == end && end < line->end &&
		(text.p[end] == ' ' || text.p[end] == '\t')) {
		line->value = ++end;
	}
	line->value_end = trim(text, line->value, end);
}

static void classify(struct span text, enum ini_edit_dialect dialect, struct ini_line *line)
{
	size_t from = line->start, end = trim(text, line->start, line->end);

	from = skip(text, from, end);
	if (from == end) {
		line->type = INI_LINE_BLANK;
	} else if (text.p[from] == '#' || (text.p[from] == ';' && dialect == INI_EDIT_SECTIONS)) {
		line->type = INI_LINE_COMMENT;
	} else if (text.p[from] == '[' && text.p[end - 1] == ']') {
		line->type = INI_LINE_SECTION;
		line->name = (struct span){text.p + from + 1, end - from - 2};
	} else {
		line->type = INI_LINE_OTHER;
		read_pair(text, dialect, from, end, line);
	}
}

size_t ini_line_first(struct span text)
{
	size_t len = strlen(BOM);

	return text.len >= len && memcmp(text.p, BOM, len) == 0 ? len : 0;
}

bool ini_line_next(
	struct span text, enum ini_edit_dialect dialect, size_t *pos, struct ini_line *ret_line)
{
	const char *end;

	if (*pos == 0) {
		*pos = ini_line_first(text);
	}
	if (*pos >= text.len) {
		return false;
	}
	end = memchr(text.p + *pos, '\n', text.len - *pos);
	*ret_line = (struct ini_line){
		.start = *pos,
		.end = end ? (size_t)(end - text.p) : text.len,
		.next = end ? (size_t)(end - text.p) + 1 : text.len,
	};
	classify(text, dialect, ret_line);
	*pos = ret_line->next;
	return true;
}

const char *ini_line_newline(struct span text)
{
	const char *end = text.len ? memchr(text.p, '\n', text.len) : NULL;

	return end && end > text.p && end[-1] == '\r' ? "\r\n" : "\n";
}
