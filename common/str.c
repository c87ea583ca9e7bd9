/* SPDX-License-Identifier: Apache-2.0 */
#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void str_finish(struct str *s)
{
	free(s->p);
	s->p = NULL;
	s->len = s->cap = 0;
}

void str_clear(struct str *s)
{
	s->len = 0;
	if (s->p) {
		s->p[0] = '\0';
	}
}

/* Room for len more bytes and the terminator. */
static int reserve(struct str *s, size_t len)
{
	size_t max = s->max ? s->max : STR_MAX_DEFAULT;
	size_t need, cap;
	char *p;

	if (s->len > max || len > max - s->len) {
		return -ENOSPC;
	}
	need = s->len + len + 1;
	if (need <= s->cap) {
		return 0;
	}
	cap = s->cap > max / 2 ? max + 1 : s->cap * 2;
	cap = cap < need ? need : cap;
	p = realloc(s->p, cap);
	if (!p) {
		return -ENOMEM;
	}
	s->p = p;
	s->cap = cap;
	return 0;
}

int str_append(struct str *s, const char *bytes, size_t len)
{
	int r = reserve(s, len);

	if (r < 0) {
		return r;
	}
	if (len > 0) {
		memcpy(s->p + s->len, bytes, len);
	}
	s->len += len;
	s->p[s->len] = '\0';
	return 0;
}

int str_append_z(struct str *s, const char *text)
{
	return str_append(s, text, strlen(text));
}

int str_append_char(struct str *s, char c)
{
	return str_append(s, &c, 1);
}

int str_appendf(struct str *s, const char *fmt, ...)
{
	va_list args, again;
	int n, r;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	r = n < 0 ? -EINVAL : reserve(s, (size_t)n);
	if (r == 0) {
		vsnprintf(s->p + s->len, (size_t)n + 1, fmt, again);
		s->len += (size_t)n;
	}
	va_end(again);
	return r;
}

/* Length of the well-formed sequence at p (RFC 3629, section 4), 0 when there is none. */
static size_t utf8_sequence(const unsigned char *p, size_t len)
{
	static const struct utf8_row {
		unsigned char first, last; /* range of the lead byte */
		unsigned char low, high;   /* range of the second byte */
		unsigned char len;
	} rows[] = {
		{0x00, 0x7f, 0x00, 0x00, 1},
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, /* no surrogates */
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct utf8_row *row = &rows[i];

		if (p[0] < row->first || p[0] > row->last) {
			continue;
		}
		if (row->len > len || (row->len > 1 && (p[1] < row->low || p[1] > row->high))) {
			return 0;
		}
		for (size_t k = 2; k < row->len; k++) {
			if ((p[k] & 0xc0) != 0x80) {
				return 0;
			}
		}
		return row->len;
	}
	return 0;
}

bool utf8_valid(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.len;) {
		size_t n = utf8_sequence(p + i, s.len - i);

		if (n == 0) {
			return false;
		}
		i += n;
	}
	return true;
}

/*
 * C0, DEL, C1, and the marks that reorder or hide text on a screen (Unicode Bidi_Control,
 * U+2028/2029, U+FEFF).
 */
static bool unprintable(const unsigned char *p, size_t n)
{
	if (n == 1) {
		return p[0] < 0x20 || p[0] == 0x7f;
	}
	if (n == 2) {
		return (p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xd8 && p[1] == 0x9c);
	}
	if (n == 3 && p[0] == 0xe2 && p[1] == 0x80) {
		return p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae);
	}
	if (n == 3 && p[0] == 0xe2 && p[1] == 0x81) {
		return p[2] >= 0xa6 && p[2] <= 0xa9;
	}
	return n == 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
}

int str_append_printable(struct str *s, struct span text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t i = 0; i < text.len;) {
		size_t n = utf8_sequence(p + i, text.len - i);
		int r;

		if (n == 0 || unprintable(p + i, n)) {
			r = str_append_char(s, '?');
		} else {
			r = str_append(s, text.p + i, n);
		}
		if (r < 0) {
			return r;
		}
		i += n ? n : 1;
	}
	return str_append(s, "", 0);
}
