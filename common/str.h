/* SPDX-License-Identifier: Apache-2.0 */
/* Growing strings with a named maximum, and the few parsers of text that the tree needs. */
#pragma once

#include "base.h"

/* Zero-initialise with {.max = N}; finish with str_finish. p is always terminated once non-NULL. */
struct str {
	char *p;
	size_t len;
	size_t cap;
	size_t max; /* bytes, without the terminator; 0 means STR_MAX_DEFAULT */
};

#define STR_MAX_DEFAULT ((size_t)1 << 20)

void str_finish(struct str *s);
void str_clear(struct str *s);
/* -ENOSPC past max, -ENOMEM */
must_check int str_append(struct str *s, const char *bytes, size_t len);
must_check int str_append_z(struct str *s, const char *text);
must_check int str_append_char(struct str *s, char c);
must_check int str_appendf(struct str *s, const char *fmt, ...) printf_like(2, 3);

struct span span_z(const char *text);
bool span_eq(struct span s, const char *text);
bool span_starts(struct span s, const char *prefix);
struct span span_trim(struct span s); /* blanks and tabs, both ends */
/*
 * Splits off the text before sep, and moves s behind it. Text behind the last sep is a part too,
 * even when empty: "a:" gives "a" and "". False when s is used up, which is s->p == NULL.
 */
bool span_next(struct span *s, char sep, struct span *ret_part);
/* Heap copy, terminated. NULL on out of memory or a NUL byte inside. */
char *span_dup(struct span s);

/* Whole span, decimal digits only, no sign, no blanks; -EINVAL, -ERANGE */
must_check int span_u64(struct span s, uint64_t *ret_n);
/* RFC 3629, no overlong forms, no surrogates */
bool utf8_valid(struct span s);
/* Text safe to print on a terminal: valid UTF-8 without control characters; others become '?' */
must_check int str_append_printable(struct str *s, struct span text);
