/* SPDX-License-Identifier: Apache-2.0 */
#include "nftables-conf.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '\0';
}

static void skip(struct span *rest, size_t n)
{
	rest->p += n;
	rest->len -= n;
}

static void blanks_skip(struct span *rest)
{
	while (rest->len > 0 && (is_blank(rest->p[0]) || rest->p[0] == '#')) {
		const char *end = rest->p[0] == '#' ? memchr(rest->p, '\n', rest->len) : rest->p;

		skip(rest, end ? (size_t)(end - rest->p) + 1 : rest->len);
	}
}

/* A brace, a quoted string without its quotes, or a word */
static bool word_next(struct span *rest, struct span *ret_word)
{
	size_t n = 0;

	blanks_skip(rest);
	if (rest->len == 0) {
		return false;
	}
	if (rest->p[0] == '"') {
		const char *end = memchr(rest->p + 1, '"', rest->len - 1);

		n = end ? (size_t)(end - rest->p) - 1 : rest->len - 1;
		*ret_word = (struct span){rest->p + 1, n};
		skip(rest, end ? n + 2 : rest->len);
		return true;
	}
	if (rest->p[0] == '{' || rest->p[0] == '}') {
		*ret_word = (struct span){rest->p, 1};
		skip(rest, 1);
		return true;
	}
	while (n < rest->len && !is_blank(rest->p[n]) && !strchr("{}\"", rest->p[n])) {
		n++;
	}
	*ret_word = (struct span){rest->p, n};
	skip(rest, n);
	return true;
}

static bool is_family(struct span word)
{
	static const char *const words[] = {"arp", "bridge", "inet", "ip", "ip6", "netdev"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_eq(word, words[i])) {
			return true;
		}
	}
	return false;
}

/* "table [FAMILY] NAME", "chain [FAMILY] TABLE NAME": a chain within a table names only itself. */
static void scope_take(struct nftables_conf *conf)
{
	struct span word = {NULL, 0};

	conf->family = conf->table = (struct span){"", 0};
	if (!word_next(&conf->rest, &word)) {
		return;
	}
	if (is_family(word)) {
		conf->family = word;
		if (!word_next(&conf->rest, &word)) {
			return;
		}
	}
	conf->table = word;
}

bool nftables_conf_next(struct nftables_conf *conf, struct nftables_conf_item *ret_item)
{
	struct span word;

	while (word_next(&conf->rest, &word)) {
		if (span_eq(word, "{")) {
			conf->depth++;
		} else if (span_eq(word, "}")) {
			conf->depth -= conf->depth > 0;
		} else if (conf->depth == 0 && (span_eq(word, "table") || span_eq(word, "chain"))) {
			scope_take(conf);
		} else if (span_eq(word, "include") && word_next(&conf->rest, &word)) {
			*ret_item = (struct nftables_conf_item){
				.kind = NFTABLES_CONF_INCLUDE, .text = word};
			return true;
		} else if (span_eq(word, "hook") && word_next(&conf->rest, &word)) {
			*ret_item = (struct nftables_conf_item){.kind = NFTABLES_CONF_HOOK,
				.family = conf->family,
				.table = conf->table,
				.text = word};
			return true;
		}
	}
	return false;
}
