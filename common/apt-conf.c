/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-conf.h"

#include <string.h>

struct parser {
	struct span rest;
	char key[APT_CONF_KEY_MAX + 1];	      /* of the blocks around, and what is read now */
	size_t scope[APT_CONF_DEPTH_MAX + 1]; /* bytes of key that belong to each block */
	size_t depth;
	apt_conf_fn fn;
	void *data;
};

static void advance(struct parser *p, size_t n)
{
	p->rest.p += n;
	p->rest.len -= n;
}

static bool starts(const struct parser *p, const char *text)
{
	return span_starts(p->rest, text);
}

static void line_skip(struct parser *p)
{
	const char *end = memchr(p->rest.p, '\n', p->rest.len);

	advance(p, end ? (size_t)(end - p->rest.p) + 1 : p->rest.len);
}

static int comment_skip(struct parser *p)
{
	const char *end;

	if (!starts(p, "/*")) {
		line_skip(p);
		return 0;
	}
	advance(p, 2);
	end = memmem(p->rest.p, p->rest.len, "*/", 2);
	if (!end) {
		return APT_CONF_E_FORMAT;
	}
	advance(p, (size_t)(end - p->rest.p) + 2);
	return 0;
}

/* Blanks and comments; stops at a directive. */
static int blank_skip(struct parser *p)
{
	while (p->rest.len > 0) {
		if (memchr(" \t\r\n", p->rest.p[0], 4)) {
			advance(p, 1);
		} else if (starts(p, "//") || starts(p, "/*") ||
			   (starts(p, "#") && !starts(p, "#clear") && !starts(p, "#include"))) {
			int r = comment_skip(p);

			if (r != 0) {
				return r;
			}
		} else {
			return 0;
		}
	}
	return 0;
}

/* A word, or what stands between quotes on one line */
static int token_take(struct parser *p, struct span *ret_token)
{
	size_t n = 0;

	if (starts(p, "\"")) {
		advance(p, 1);
		while (n < p->rest.len && p->rest.p[n] != '"' && p->rest.p[n] != '\n') {
			n++;
		}
		if (n == p->rest.len || p->rest.p[n] != '"') {
			return APT_CONF_E_FORMAT;
		}
		*ret_token = (struct span){p->rest.p, n};
		advance(p, n + 1);
		return 0;
	}
	while (n < p->rest.len && !memchr(" \t\r\n;{}\"", p->rest.p[n], 8)) {
		n++;
	}
	*ret_token = (struct span){p->rest.p, n};
	advance(p, n);
	return n > 0 ? 0 : APT_CONF_E_FORMAT;
}

/* Puts "::" and the name behind the key of the block; an empty name is an item of a list. */
static int key_make(struct parser *p, struct span name)
{
	size_t len = p->scope[p->depth];
	size_t join = len > 0 ? 2 : 0;

	if (len + join + name.len > APT_CONF_KEY_MAX || (name.len == 0 && len == 0) ||
		(name.len > 0 && memchr(name.p, '\0', name.len))) {
		return APT_CONF_E_FORMAT;
	}
	memcpy(p->key + len, "::", join);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		p->key[len + join + i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	p->key[len + join + name.len] = '\0';
	return 0;
}

static int item_send(struct parser *p, struct span value)
{
	char text[APT_CONF_VALUE_MAX + 1];

	if (value.len > APT_CONF_VALUE_MAX || (value.len > 0 && memchr(value.p, '\0', value.len))) {
		return APT_CONF_E_FORMAT;
	}
	if (value.len > 0) {
		memcpy(text, value.p, value.len);
	}
	text[value.len] = '\0';
	p->fn(p->key, text, p->data);
	return 0;
}

static int block_enter(struct parser *p)
{
	if (p->depth == APT_CONF_DEPTH_MAX) {
		return APT_CONF_E_FORMAT;
	}
	p->scope[++p->depth] = strlen(p->key);
	advance(p, 1);
	return 0;
}

static int directive_take(struct parser *p)
{
	struct span name;
	size_t scope = p->scope[p->depth];
	int r;

	if (starts(p, "#include")) {
		return APT_CONF_E_INCLUDE;
	}
	advance(p, strlen("#clear"));
	r = blank_skip(p);
	if (r == 0) {
		r = token_take(p, &name);
	}
	p->scope[p->depth] = 0; /* a whole key, wherever it stands */
	if (r == 0) {
		r = key_make(p, name);
	}
	p->scope[p->depth] = scope;
	if (r == 0) {
		p->fn(p->key, NULL, p->data);
	}
	return r;
}

/* "name value;", "name {", "name value {", or a lone "value;" */
static int statement_take(struct parser *p)
{
	struct span first, second;
	int r = token_take(p, &first);

	if (r == 0) {
		r = blank_skip(p);
	}
	if (r != 0) {
		return r;
	}
	if (starts(p, "{")) {
		r = key_make(p, first);
		return r == 0 ? block_enter(p) : r;
	}
	if (p->rest.len == 0 || starts(p, ";") || starts(p, "}")) {
		r = p->depth > 0 ? key_make(p, (struct span){NULL, 0}) : APT_CONF_E_FORMAT;
		return r == 0 ? item_send(p, first) : r;
	}
	r = token_take(p, &second);
	if (r == 0) {
		r = key_make(p, first);
	}
	if (r == 0) {
		r = item_send(p, second);
	}
	if (r == 0) {
		r = blank_skip(p);
	}
	if (r == 0 && starts(p, "{")) {
		return key_make(p, first) == 0 ? block_enter(p) : APT_CONF_E_FORMAT;
	}
	return r == 0 && !starts(p, ";") ? APT_CONF_E_FORMAT : r;
}

int apt_conf_parse(struct span text, apt_conf_fn fn, void *data)
{
	struct parser p = {.rest = text, .fn = fn, .data = data};
	int r = blank_skip(&p);

	while (r == 0 && p.rest.len > 0) {
		if (starts(&p, ";")) {
			advance(&p, 1);
		} else if (starts(&p, "}")) {
			r = p.depth > 0 ? 0 : APT_CONF_E_FORMAT;
			p.depth -= p.depth > 0;
			advance(&p, 1);
		} else if (starts(&p, "#")) {
			r = directive_take(&p);
		} else {
			r = statement_take(&p);
		}
		if (r == 0) {
			r = blank_skip(&p);
		}
	}
	return r == 0 && p.depth > 0 ? APT_CONF_E_FORMAT : r;
}

bool apt_conf_name_read(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && name[strspn(name, allowed)] == '\0' &&
	       (!dot || strcmp(dot, ".conf") == 0);
}
