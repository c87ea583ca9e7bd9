/* SPDX-License-Identifier: Apache-2.0 */
#include "str.h"

#include <string.h>

struct span span_z(const char *text)
{
	return (struct span){text, text ? strlen(text) : 0};
}

bool span_eq(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len == len && (len == 0 || memcmp(s.p, text, len) == 0);
}

bool span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && (len == 0 || memcmp(s.p, prefix, len) == 0);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span span_trim(struct span s)
{
	while (s.len > 0 && blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && blank(s.p[s.len - 1])) {
		s.len--;
	}
	return s;
}

bool span_next(struct span *s, char sep, struct span *ret_part)
{
	const char *end;

	if (!s->p) {
		return false;
	}
	end = s->len ? memchr(s->p, sep, s->len) : NULL;
	if (!end) {
		*ret_part = *s;
		*s = (struct span){NULL, 0};
		return true;
	}
	*ret_part = (struct span){s->p, (size_t)(end - s->p)};
	s->len -= ret_part->len + 1;
	s->p = end + 1;
	return true;
}

char *span_dup(struct span s)
{
	char *copy;

	if (s.len && memchr(s.p, '\0', s.len)) {
		return NULL;
	}
	copy = malloc(s.len + 1);
	if (!copy) {
		return NULL;
	}
	if (s.len) {
		memcpy(copy, s.p, s.len);
	}
	copy[s.len] = '\0';
	return copy;
}

int span_u64(struct span s, uint64_t *ret_n)
{
	uint64_t n = 0;

	if (s.len == 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return -EINVAL;
		}
	}
	for (size_t i = 0; i < s.len; i++) {
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
			__builtin_add_overflow(n, (uint64_t)(s.p[i] - '0'), &n)) {
			return -ERANGE;
		}
	}
	*ret_n = n;
	return 0;
}
