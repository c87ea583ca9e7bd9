/* SPDX-License-Identifier: Apache-2.0 */
#include "evr.h"

#include <string.h>

struct parts {
	struct span epoch;
	struct span version;
	struct span release;
	bool released;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct span span_skip(struct span s, size_t n)
{
	return (struct span){s.p + n, s.len - n};
}

static struct parts parts_split(struct span text)
{
	struct parts parts = {.version = text};
	const char *dash;
	size_t digits = 0;

	while (digits < text.len && is_digit(text.p[digits])) {
		digits++;
	}
	if (digits < text.len && text.p[digits] == ':') {
		parts.epoch = (struct span){text.p, digits};
		parts.version = span_skip(text, digits + 1);
	}
	dash = parts.version.len ? memrchr(parts.version.p, '-', parts.version.len) : NULL;
	if (dash) {
		size_t at = (size_t)(dash - parts.version.p);

		parts.release = span_skip(parts.version, at + 1);
		parts.version.len = at;
		parts.released = true;
	}
	return parts;
}

static char head(struct span s)
{
	return s.len ? s.p[0] : '\0';
}

/* Bytes that part segments: all but letters, digits, and the marks of rpm */
static size_t separators(enum evr_rules rules, struct span s)
{
	size_t n = 0;

	while (n < s.len && !is_digit(s.p[n]) && !is_letter(s.p[n]) &&
		!(rules == EVR_RPM && (s.p[n] == '~' || s.p[n] == '^'))) {
		n++;
	}
	return n;
}

static struct span segment_take(struct span *s, bool number)
{
	struct span segment = {s->p, 0};

	while (segment.len < s->len &&
		(number ? is_digit(s->p[segment.len]) : is_letter(s->p[segment.len]))) {
		segment.len++;
	}
	*s = span_skip(*s, segment.len);
	return segment;
}

static int text_compare(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Of any length: the longer one without leading zeros is larger. */
static int number_compare(struct span a, struct span b)
{
	while (head(a) == '0') {
		a = span_skip(a, 1);
	}
	while (head(b) == '0') {
		b = span_skip(b, 1);
	}
	return a.len != b.len ? (a.len > b.len) - (a.len < b.len) : text_compare(a, b);
}

/* A number is newer than a word; of one kind they are compared. */
static int segment_compare(struct span *a, struct span *b)
{
	bool number = is_digit(head(*a));
	struct span one = segment_take(a, number), two = segment_take(b, number);

	if (two.len == 0) {
		return number ? 1 : -1;
	}
	return number ? number_compare(one, two) : text_compare(one, two);
}

/* True when either begins with the mark: then *ret_order decides, unless it is 0 and both did. */
static bool mark_compare(struct span *a, struct span *b, char mark, int *ret_order)
{
	bool one = head(*a) == mark, two = head(*b) == mark;

	if (!one && !two) {
		return false;
	}
	if (one && two) {
		*a = span_skip(*a, 1);
		*b = span_skip(*b, 1);
		*ret_order = 0;
	} else if (mark == '~') {
		*ret_order = one ? -1 : 1;
	} else {
		/* "1.0^x" is newer than "1.0" and older than "1.0.1" */
		struct span other = one ? *b : *a;
		int newer = other.len == 0 ? 1 : -1;

		*ret_order = one ? newer : -newer;
	}
	return true;
}

static int part_compare_rpm(struct span a, struct span b)
{
	int order = 0;

	while ((a.len > 0 || b.len > 0) && order == 0) {
		a = span_skip(a, separators(EVR_RPM, a));
		b = span_skip(b, separators(EVR_RPM, b));
		if (mark_compare(&a, &b, '~', &order) || mark_compare(&a, &b, '^', &order)) {
			continue;
		}
		if (a.len == 0 || b.len == 0) {
			return (a.len > 0) - (b.len > 0);
		}
		order = segment_compare(&a, &b);
	}
	return order;
}

/* What is left over: a word there is a mark of something older ("1.0rc"), all else is newer. */
static int left_compare(struct span a, struct span b)
{
	if (a.len == 0 && b.len == 0) {
		return 0;
	}
	return (a.len == 0 && !is_letter(head(b))) || is_letter(head(a)) ? -1 : 1;
}

static int part_compare_alpm(struct span a, struct span b)
{
	while (a.len > 0 && b.len > 0) {
		size_t one = separators(EVR_ALPM, a), two = separators(EVR_ALPM, b);
		int order;

		a = span_skip(a, one);
		b = span_skip(b, two);
		if (a.len == 0 || b.len == 0) {
			break;
		}
		if (one != two) {
			return one < two ? -1 : 1;
		}
		order = segment_compare(&a, &b);
		if (order != 0) {
			return order;
		}
	}
	return left_compare(a, b);
}

int evr_compare(enum evr_rules rules, struct span a, struct span b)
{
	int (*part_compare)(struct span, struct span) =
		rules == EVR_RPM ? part_compare_rpm : part_compare_alpm;
	struct parts one = parts_split(a), two = parts_split(b);
	int order = number_compare(one.epoch, two.epoch);

	if (order == 0 && text_compare(one.version, two.version) != 0) {
		order = part_compare(one.version, two.version);
	}
	if (order == 0 && one.released && two.released &&
		text_compare(one.release, two.release) != 0) {
		order = part_compare(one.release, two.release);
	}
	return order;
}
