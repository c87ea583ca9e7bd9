/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-edit.h"

#include "ini-edit.h"
#include "ini-line.h"

#include <string.h>
#include <strings.h>

struct look {
	const char *key;
	bool list;
	const char *item; /* of a list */
	char *value;	  /* owned */
	bool has;
	bool failed; /* out of memory */
};

/* "#clear" takes what lies below the key as well. */
static bool is_cleared(const char *cleared, const char *key)
{
	size_t len = strlen(cleared);

	return strncasecmp(key, cleared, len) == 0 &&
	       (key[len] == '\0' || strncmp(key + len, "::", 2) == 0);
}

static bool names_list(const char *key, const char *list)
{
	size_t len = strlen(list);

	return strncasecmp(key, list, len) == 0 && strcmp(key + len, "::") == 0;
}

static void take(const char *key, const char *value, void *data)
{
	struct look *look = data;

	if (!value) {
		if (is_cleared(key, look->key)) {
			free(TAKE_PTR(look->value));
			look->has = false;
		}
	} else if (look->list) {
		look->has =
			look->has || (names_list(key, look->key) && strcmp(value, look->item) == 0);
	} else if (strcasecmp(key, look->key) == 0) {
		free(look->value);
		look->value = strdup(value);
		look->failed = look->failed || !look->value;
	}
}

static void ignore(const char *key, const char *value, void *data)
{
	(void)key;
	(void)value;
	(void)data;
}

int apt_edit_check(struct span text)
{
	int r = ini_edit_check(text, INI_EDIT_FLAT);

	if (r != 0) {
		return r < 0 ? r : APT_EDIT_E_SYNTAX;
	}
	return apt_conf_parse(text, ignore, NULL) == 0 ? 0 : APT_EDIT_E_SYNTAX;
}

static int look_at(struct span text, struct look *look)
{
	int r = apt_edit_check(text);

	if (r == 0 && apt_conf_parse(text, take, look) != 0) {
		r = APT_EDIT_E_SYNTAX;
	}
	return r == 0 && look->failed ? -ENOMEM : r;
}

int apt_edit_find(struct span text, const char *key, char **ret_value)
{
	struct look look = {.key = key};
	int r = look_at(text, &look);

	if (r != 0) {
		free(look.value);
		return r;
	}
	*ret_value = look.value;
	return 0;
}

int apt_edit_has(struct span text, const char *list, const char *item, bool *ret_has)
{
	struct look look = {.key = list, .list = true, .item = item};
	int r = look_at(text, &look);

	if (r == 0) {
		*ret_has = look.has;
	}
	return r;
}

/* What stands between the quotes of `Key "value";`, when the line is of that form and key */
static bool line_value(struct span text, const struct ini_line *line, const char *key, bool list,
	struct span *ret_value)
{
	struct span rest = {text.p + line->start, line->end - line->start};
	size_t len = strlen(key);
	struct span value;

	rest = span_trim(rest);
	if (rest.len > 0 && rest.p[rest.len - 1] == '\r') {
		rest.len--;
	}
	if (rest.len < len || strncasecmp(rest.p, key, len) != 0) {
		return false;
	}
	rest = (struct span){rest.p + len, rest.len - len};
	if (list) {
		if (!span_starts(rest, "::")) {
			return false;
		}
		rest = (struct span){rest.p + 2, rest.len - 2};
	}
	value = span_trim(rest);
	if (value.len < 3 || value.p == rest.p || value.p[0] != '"' ||
		memcmp(value.p + value.len - 2, "\";", 2) != 0) {
		return false;
	}
	value = (struct span){value.p + 1, value.len - 3};
	if (memchr(value.p, '"', value.len)) {
		return false;
	}
	*ret_value = value;
	return true;
}

/* The last line of the form; item NULL: of the key */
static bool find_line(struct span text, const char *key, const char *item,
	struct ini_line *ret_line, struct span *ret_value)
{
	struct ini_line line;
	struct span value;
	size_t pos = 0;
	bool found = false;

	while (ini_line_next(text, INI_EDIT_FLAT, &pos, &line)) {
		if (line_value(text, &line, key, item != NULL, &value) &&
			(!item || span_eq(value, item))) {
			*ret_line = line;
			*ret_value = value;
			found = true;
		}
	}
	return found;
}

static int splice(struct span text, size_t from, size_t to, struct span with, struct str *out)
{
	int r = str_append(out, text.p, from);

	r = r < 0 ? r : str_append(out, with.p, with.len);
	return r < 0 ? r : str_append(out, text.p + to, text.len - to);
}

/* A last line without an end gets one, and hands the lack of it on to ours. */
static int append_line(
	struct span text, const char *key, bool list, const char *value, struct str *out)
{
	const char *newline = ini_line_newline(text);
	bool torn = text.len > 0 && text.p[text.len - 1] != '\n';
	int r = str_append(out, text.p, text.len);

	return r < 0 ? r
		     : str_appendf(out, "%s%s%s \"%s\";%s", torn ? newline : "", key,
			       list ? "::" : "", value, torn ? "" : newline);
}

static bool value_fits(const char *value)
{
	return !strpbrk(value, "\"\r\n") && strlen(value) <= APT_CONF_VALUE_MAX &&
	       utf8_valid(span_z(value));
}

int apt_edit_set(struct span text, const char *key, const char *value, struct str *out)
{
	cleanup(free_ptr) char *after = NULL;
	struct span now;
	struct ini_line line;
	int r = apt_edit_check(text);

	if (r == 0 && !value_fits(value)) {
		r = APT_EDIT_E_VALUE;
	}
	if (r != 0) {
		return r;
	}
	if (find_line(text, key, NULL, &line, &now)) {
		size_t from = (size_t)(now.p - text.p);

		r = splice(text, from, from + now.len, span_z(value), out);
	} else {
		r = append_line(text, key, false, value, out);
	}
	if (r == 0) {
		r = apt_edit_find((struct span){out->p, out->len}, key, &after);
	}
	return r == 0 && (!after || strcmp(after, value) != 0) ? APT_EDIT_E_OVERRULED : r;
}

int apt_edit_add(struct span text, const char *list, const char *item, struct str *out)
{
	bool has = false;
	int r = apt_edit_has(text, list, item, &has);

	if (r == 0 && !value_fits(item)) {
		r = APT_EDIT_E_VALUE;
	}
	if (r == 0 && has) {
		return str_append(out, text.p, text.len);
	}
	if (r == 0) {
		r = append_line(text, list, true, item, out);
	}
	if (r == 0) {
		r = apt_edit_has((struct span){out->p, out->len}, list, item, &has);
	}
	return r == 0 && !has ? APT_EDIT_E_OVERRULED : r;
}

int apt_edit_remove(struct span text, const char *key, const char *item, struct str *out)
{
	struct ini_line line;
	struct span value;
	size_t from;
	int r = apt_edit_check(text);

	if (r != 0) {
		return r;
	}
	if (!find_line(text, key, item, &line, &value)) {
		return str_append(out, text.p, text.len);
	}
	from = line.start;
	if (line.next == line.end && from > 0) {
		from--;
		from -= from > 0 && text.p[from - 1] == '\r';
	}
	return splice(text, from, line.next, (struct span){NULL, 0}, out);
}
