/* SPDX-License-Identifier: Apache-2.0 */
#include "json-scan.h"
#include "json.h"

#include <string.h>

struct scanner {
	const char *p, *end;
	char open[JSON_DEPTH_MAX]; /* '{' or '[' of each level */
	size_t depth, depth_max;
	size_t values, values_max;
	size_t members;
	const char *what;
};

static bool refuse(struct scanner *s, const char *what)
{
	s->what = what;
	return false;
}

static void skip_blanks(struct scanner *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r')) {
		s->p++;
	}
}

static bool at(const struct scanner *s, char c)
{
	return s->p < s->end && *s->p == c;
}

static bool digit_at(const struct scanner *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static bool scan_hex(struct scanner *s, unsigned *ret_code)
{
	unsigned code = 0;

	if (s->end - s->p < 4) {
		return refuse(s, "torn escape");
	}
	for (const char *end = s->p + 4; s->p < end; s->p++) {
		char c = *s->p;

		if (c >= '0' && c <= '9') {
			code = code << 4 | (unsigned)(c - '0');
		} else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
			code = code << 4 | (unsigned)((c | 0x20) - 'a' + 10);
		} else {
			return refuse(s, "wrong escape");
		}
	}
	*ret_code = code;
	return true;
}

static bool scan_unicode_escape(struct scanner *s)
{
	unsigned code, low;

	if (!scan_hex(s, &code)) {
		return false;
	}
	if (code == 0) {
		return refuse(s, "NUL in a string");
	}
	if (code < 0xd800 || code > 0xdfff) {
		return true;
	}
	if (code > 0xdbff || s->end - s->p < 2 || s->p[0] != '\\' || s->p[1] != 'u') {
		return refuse(s, "lone surrogate");
	}
	s->p += 2;
	if (!scan_hex(s, &low)) {
		return false;
	}
	return (low >= 0xdc00 && low <= 0xdfff) || refuse(s, "lone surrogate");
}

static bool scan_string(struct scanner *s)
{
	const char *start;

	if (!at(s, '"')) {
		return refuse(s, "string wanted");
	}
	start = ++s->p;
	while (s->p < s->end && *s->p != '"') {
		unsigned char c = (unsigned char)*s->p++;

		if (c < 0x20) {
			return refuse(s, "control character in a string");
		}
		if (c != '\\') {
			continue;
		}
		if (s->p == s->end || !memchr("\"\\/bfnrtu", *s->p, 9)) {
			return refuse(s, "wrong escape");
		}
		if (*s->p++ == 'u' && !scan_unicode_escape(s)) {
			return false;
		}
	}
	if (s->p == s->end) {
		return refuse(s, "string without end");
	}
	if (!utf8_valid((struct span){start, (size_t)(s->p - start)})) {
		return refuse(s, "not UTF-8");
	}
	s->p++;
	return true;
}

static bool scan_digits(struct scanner *s)
{
	if (!digit_at(s)) {
		return refuse(s, "digit wanted");
	}
	while (digit_at(s)) {
		s->p++;
	}
	return true;
}

static bool scan_number(struct scanner *s)
{
	const char *start = s->p;
	uint64_t n;
	bool minus = at(s, '-');

	s->p += minus;
	if (at(s, '0')) {
		s->p++;
	} else if (!scan_digits(s)) {
		return false;
	}
	if (!at(s, '.') && !at(s, 'e') && !at(s, 'E')) {
		struct span digits = {start + minus, (size_t)(s->p - start) - minus};

		/* json-c would clamp it without a word. */
		if (span_u64(digits, &n) < 0 || n > (uint64_t)INT64_MAX + minus) {
			return refuse(s, "number out of range");
		}
		return true;
	}
	if (at(s, '.')) {
		s->p++;
		if (!scan_digits(s)) {
			return false;
		}
	}
	if (at(s, 'e') || at(s, 'E')) {
		s->p++;
		s->p += at(s, '+') || at(s, '-');
		return scan_digits(s);
	}
	return true;
}

static bool scan_word(struct scanner *s)
{
	static const char *const words[] = {"false", "null", "true"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_starts((struct span){s->p, (size_t)(s->end - s->p)}, words[i])) {
			s->p += strlen(words[i]);
			return true;
		}
	}
	return refuse(s, "value wanted");
}

static bool scan_scalar(struct scanner *s)
{
	if (at(s, '"')) {
		return scan_string(s);
	}
	return at(s, '-') || digit_at(s) ? scan_number(s) : scan_word(s);
}

static bool scan_key(struct scanner *s)
{
	skip_blanks(s);
	if (!scan_string(s)) {
		return false;
	}
	skip_blanks(s);
	if (!at(s, ':')) {
		return refuse(s, "colon wanted");
	}
	s->p++;
	s->members++;
	return true;
}

static char closer(const struct scanner *s)
{
	return s->open[s->depth - 1] == '{' ? '}' : ']';
}

/* Enters containers until a value is complete: a scalar, or an empty container just closed. */
static bool scan_value(struct scanner *s)
{
	for (;;) {
		skip_blanks(s);
		if (s->values++ == s->values_max) {
			return refuse(s, "too many values");
		}
		if (!at(s, '{') && !at(s, '[')) {
			return scan_scalar(s);
		}
		if (s->depth == s->depth_max) {
			return refuse(s, "too deep");
		}
		s->open[s->depth++] = *s->p++;
		skip_blanks(s);
		if (at(s, closer(s))) {
			s->depth--;
			s->p++;
			return true;
		}
		if (s->open[s->depth - 1] == '{' && !scan_key(s)) {
			return false;
		}
	}
}

/* After a complete value: closes what ends here. True when another value follows, or all is read */
static bool scan_after(struct scanner *s)
{
	for (;;) {
		skip_blanks(s);
		if (s->depth == 0) {
			return s->p == s->end || refuse(s, "bytes after the value");
		}
		if (at(s, ',')) {
			s->p++;
			return s->open[s->depth - 1] != '{' || scan_key(s);
		}
		if (!at(s, closer(s))) {
			return refuse(s, "comma or end wanted");
		}
		s->depth--;
		s->p++;
	}
}

bool json_scan(struct span text, size_t depth_max, size_t values_max, struct json_scan *ret_scan)
{
	struct scanner s = {
		.p = text.p,
		.end = text.p + text.len,
		.depth_max = depth_max < JSON_DEPTH_MAX ? depth_max : JSON_DEPTH_MAX,
		.values_max = values_max,
	};
	bool ok;

	do {
		ok = scan_value(&s) && scan_after(&s);
	} while (ok && s.depth > 0);
	*ret_scan = (struct json_scan){s.members, (size_t)(s.p - text.p), s.what};
	return ok;
}
