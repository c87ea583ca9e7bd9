/* SPDX-License-Identifier: Apache-2.0 */
#include "sshd-config.h"

#include <string.h>
#include <strings.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static struct span blanks_cut(struct span s)
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

bool sshd_word_is(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

/* "Keyword args", "Keyword=args", "Keyword = args" (misc.c, strdelim) */
int sshd_line_next(struct span *text, struct sshd_line *ret_line)
{
	struct sshd_line parsed = {.keyword = {"", 0}};
	struct span line;
	size_t n = 0;

	do {
		if (!span_next(text, '\n', &line)) {
			return SSHD_E_END;
		}
		line = blanks_cut(line);
	} while (line.len == 0 || line.p[0] == '#');
	while (n < line.len && !blank(line.p[n]) && line.p[n] != '=') {
		n++;
	}
	parsed.keyword = (struct span){line.p, n};
	parsed.args = blanks_cut((struct span){line.p + n, line.len - n});
	if (parsed.args.len > 0 && parsed.args.p[0] == '=') {
		parsed.args = blanks_cut((struct span){parsed.args.p + 1, parsed.args.len - 1});
	}
	if (n == 0 || parsed.args.len == 0 || memchr(line.p, '\0', line.len)) {
		return SSHD_E_FORMAT;
	}
	*ret_line = parsed;
	return 0;
}

int sshd_arg_next(struct span *args, struct span *ret_arg)
{
	struct span rest = blanks_cut(*args);
	size_t n = 0;

	if (rest.len == 0 || rest.p[0] == '#') {
		return SSHD_E_END;
	}
	if (rest.p[0] == '"') {
		const char *end = memchr(rest.p + 1, '"', rest.len - 1);

		if (!end) {
			return SSHD_E_FORMAT;
		}
		*ret_arg = (struct span){rest.p + 1, (size_t)(end - rest.p - 1)};
		*args = (struct span){end + 1, rest.len - (size_t)(end + 1 - rest.p)};
		return 0;
	}
	while (n < rest.len && !blank(rest.p[n])) {
		n++;
	}
	*ret_arg = (struct span){rest.p, n};
	*args = (struct span){rest.p + n, rest.len - n};
	return 0;
}

bool sshd_name_fits(const char *pattern, const char *name)
{
	const char *star = NULL, *again = NULL;

	if (name[0] == '.' && pattern[0] != '.') {
		return false; /* glob(3) */
	}
	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			again = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*') {
		pattern++;
	}
	return *pattern == '\0';
}
