/* SPDX-License-Identifier: Apache-2.0 */
#include "json-path.h"

#include <string.h>

static bool plain_char(char c)
{
	return (unsigned char)c > ' ' && c != '.' && c != '[' && c != ']' && c != '"' &&
	       c != '\\' && c != 0x7f;
}

static bool quoted_char(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\' && c != 0x7f;
}

/* Moves text behind one name; false when there is none. */
static bool take_name(struct span *text, bool first, struct span *ret_name)
{
	struct span rest = *text;
	bool quoted = rest.len >= 2 && rest.p[0] == '[' && rest.p[1] == '"';
	size_t skip = quoted ? 2 : first ? 0 : 1;
	size_t n = 0;

	if (!quoted && !first && rest.p[0] != '.') {
		return false;
	}
	rest.p += skip;
	rest.len -= skip;
	while (n < rest.len && (quoted ? quoted_char(rest.p[n]) : plain_char(rest.p[n]))) {
		n++;
	}
	if (n == 0) {
		return false;
	}
	*ret_name = (struct span){rest.p, n};
	if (quoted) {
		if (rest.len < n + 2 || rest.p[n] != '"' || rest.p[n + 1] != ']') {
			return false;
		}
		n += 2;
	}
	*text = (struct span){rest.p + n, rest.len - n};
	return true;
}

int json_path_parse(struct span text, struct json_path *ret_path)
{
	struct json_path path = {.n = 0};
	size_t used = 0;

	if (text.len == 0 || text.len >= JSON_PATH_TEXT_MAX || !utf8_valid(text)) {
		return -EINVAL;
	}
	while (text.len > 0) {
		struct span name;

		if (path.n == JSON_PATH_DEPTH_MAX || !take_name(&text, path.n == 0, &name) ||
			used + name.len + 1 > sizeof(path.text)) {
			return -EINVAL;
		}
		memcpy(path.text + used, name.p, name.len);
		path.text[used + name.len] = '\0';
		path.start[path.n++] = (uint16_t)used;
		used += name.len + 1;
	}
	*ret_path = path;
	return 0;
}

static bool is_plain(const char *name)
{
	for (; *name; name++) {
		if (!plain_char(*name)) {
			return false;
		}
	}
	return true;
}

int json_path_write(const struct json_path *path, size_t n, struct str *out)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = json_path_name(path, i);
		int r;

		if (!is_plain(name)) {
			r = str_appendf(out, "[\"%s\"]", name);
		} else {
			r = str_appendf(out, "%s%s", i > 0 ? "." : "", name);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}
