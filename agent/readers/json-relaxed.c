/* SPDX-License-Identifier: Apache-2.0 */
#include "json-relaxed.h"

#include <string.h>

static size_t string_end(const char *text, size_t len, size_t at)
{
	for (at++; at < len && text[at] != '"'; at++) {
		if (text[at] == '\\') {
			at++;
		}
	}
	return at < len ? at + 1 : len;
}

static size_t comment_end(const char *text, size_t len, size_t at)
{
	bool line = text[at + 1] == '/';

	for (at += 2; at < len; at++) {
		if (line && text[at] == '\n') {
			return at;
		}
		if (!line && text[at] == '*' && at + 1 < len && text[at + 1] == '/') {
			return at + 2;
		}
	}
	return line ? len : len + 1; /* one that is never closed is no comment */
}

static bool comment_begins(const char *text, size_t len, size_t at)
{
	return text[at] == '/' && at + 1 < len && (text[at + 1] == '/' || text[at + 1] == '*');
}

static bool blank_is(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void json_relaxed_blank(char *text, size_t len)
{
	size_t comma = len; /* the last byte that counted, when it was a comma */
	size_t at = 0, end;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		memset(text, ' ', 3);
	}
	while (at < len) {
		end = at + 1;
		if (comment_begins(text, len, at)) {
			end = comment_end(text, len, at);
			if (end > len) {
				return;
			}
			memset(text + at, ' ', end - at);
		} else if (text[at] == '"') {
			end = string_end(text, len, at);
			comma = len;
		} else if (text[at] == ',') {
			comma = at;
		} else if (!blank_is(text[at])) {
			if ((text[at] == '}' || text[at] == ']') && comma < len) {
				text[comma] = ' ';
			}
			comma = len;
		}
		at = end;
	}
}
