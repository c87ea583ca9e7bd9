/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-lex.h"

#include "xfconf-rules.h"

#include <string.h>

#define BLANKS " \t\r\n"

static const char *const element_words[] = {
	[XFCONF_CHANNEL] = "channel", [XFCONF_PROPERTY] = "property", [XFCONF_VALUE] = "value"};
static const char *const attribute_words[XFCONF_ATTRIBUTE_COUNT] = {
	[XFCONF_LOCKED] = "locked",
	[XFCONF_NAME] = "name",
	[XFCONF_TYPE] = "type",
	[XFCONF_UNLOCKED] = "unlocked",
	[XFCONF_TEXT] = "value",
	[XFCONF_VERSION] = "version",
};

const char *xfconf_attribute_word(enum xfconf_attribute attribute)
{
	return attribute_words[attribute];
}

static bool is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c);
}

/* No control character but those, and no carriage return by itself */
static bool chars_valid(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < ' ' && !is_blank((char)c)) ||
			(c == '\r' && (i + 1 == text.len || text.p[i + 1] != '\n'))) {
			return false;
		}
	}
	return true;
}

int xfconf_lex_begin(struct span text, struct xfconf_lex *ret_lex)
{
	if (text.len == 0 || text.len > XFCONF_LEX_MAX || !utf8_valid(text) || !chars_valid(text)) {
		return XFCONF_LEX_E_SYNTAX;
	}
	*ret_lex = (struct xfconf_lex){.text = text};
	return 0;
}

static struct span rest_of(const struct xfconf_lex *lex)
{
	return (struct span){lex->text.p + lex->pos, lex->text.len - lex->pos};
}

static void skip_blanks(struct xfconf_lex *lex)
{
	while (lex->pos < lex->text.len && is_blank(lex->text.p[lex->pos])) {
		lex->pos++;
	}
}

static bool take(struct xfconf_lex *lex, const char *word)
{
	if (!span_starts(rest_of(lex), word)) {
		return false;
	}
	lex->pos += strlen(word);
	return true;
}

static bool skip_past(struct xfconf_lex *lex, const char *word)
{
	struct span rest = rest_of(lex);
	const char *found = memmem(rest.p, rest.len, word, strlen(word));

	lex->pos = found ? (size_t)(found - lex->text.p) + strlen(word) : lex->text.len;
	return found;
}

/* "<?xml ...?>" opens a document or stands nowhere; GLib reads UTF-8, whatever it says. */
static bool skip_instruction(struct xfconf_lex *lex)
{
	struct span part = rest_of(lex);
	bool declares = span_starts(part, "<?xml") && part.len > 5 && is_blank(part.p[5]);
	size_t start = lex->pos;

	if ((declares && start != 0) || !skip_past(lex, "?>")) {
		return false;
	}
	part.len = lex->pos - start;
	return !declares || !memmem(part.p, part.len, "encoding", 8) ||
	       memmem(part.p, part.len, "UTF-8", 5) || memmem(part.p, part.len, "utf-8", 5);
}

static bool skip_comment(struct xfconf_lex *lex)
{
	return take(lex, "<!--") && skip_past(lex, "-->");
}

/* Up to a blank or one of these */
static struct span take_word(struct xfconf_lex *lex, const char *ends)
{
	size_t start = lex->pos;

	while (lex->pos < lex->text.len && !is_blank(lex->text.p[lex->pos]) &&
		!strchr(ends, lex->text.p[lex->pos])) {
		lex->pos++;
	}
	return (struct span){lex->text.p + start, lex->pos - start};
}

static bool find_word(
	const char *const *words, size_t n, struct span word, unsigned int *ret_number)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(word, words[i])) {
			*ret_number = (unsigned int)i;
			return true;
		}
	}
	return false;
}

static bool take_quoted(struct xfconf_lex *lex, struct span *ret_raw)
{
	char quote = lex->pos < lex->text.len ? lex->text.p[lex->pos] : '\0';
	size_t start = lex->pos + 1;
	const char *end;

	if (quote != '"' && quote != '\'') {
		return false;
	}
	end = memchr(lex->text.p + start, quote, lex->text.len - start);
	if (!end) {
		return false;
	}
	*ret_raw = (struct span){lex->text.p + start, (size_t)(end - lex->text.p) - start};
	lex->pos = (size_t)(end - lex->text.p) + 1;
	return !memchr(ret_raw->p, '<', ret_raw->len) && xfconf_raw_valid(*ret_raw);
}

static bool take_attribute(struct xfconf_lex *lex, struct xfconf_tag *tag)
{
	unsigned int which;
	struct span raw;

	if (!find_word(attribute_words, XFCONF_ATTRIBUTE_COUNT, take_word(lex, "=/>"), &which) ||
		!xfconf_rules_allow(tag->element, (enum xfconf_attribute)which) ||
		tag->attributes[which].p) {
		return false;
	}
	skip_blanks(lex);
	if (!take(lex, "=")) {
		return false;
	}
	skip_blanks(lex);
	if (!take_quoted(lex, &raw)) {
		return false;
	}
	tag->attributes[which] = raw;
	tag->attributes_end = lex->pos;
	return true;
}

static bool take_attributes(struct xfconf_lex *lex, struct xfconf_tag *tag)
{
	tag->attributes_end = lex->pos;
	for (;;) {
		size_t before = lex->pos;

		skip_blanks(lex);
		if (take(lex, ">")) {
			tag->kind = XFCONF_TAG_START;
			return true;
		}
		if (take(lex, "/>")) {
			tag->kind = XFCONF_TAG_EMPTY;
			return true;
		}
		if (lex->pos == before || !take_attribute(lex, tag)) {
			return false;
		}
	}
}

/* What xfconfd takes there: one channel, properties in it and in each other, values in an array */
static bool fits(const struct xfconf_lex *lex, const struct xfconf_tag *tag)
{
	if (lex->depth == 0) {
		return tag->element == XFCONF_CHANNEL && !lex->begun;
	}
	switch (tag->element) {
	case XFCONF_CHANNEL:
		return false;
	case XFCONF_PROPERTY:
		return lex->open[lex->depth - 1].element != XFCONF_VALUE;
	case XFCONF_VALUE:
		return lex->open[lex->depth - 1].array;
	}
	return false;
}

static int take_start(struct xfconf_lex *lex, struct xfconf_tag *tag)
{
	unsigned int which;

	lex->pos++;
	if (!find_word(element_words, ARRAY_LEN(element_words), take_word(lex, "/>"), &which)) {
		return XFCONF_LEX_E_SYNTAX;
	}
	tag->element = (enum xfconf_element)which;
	if (!take_attributes(lex, tag) || !fits(lex, tag) || !xfconf_rules_take(tag) ||
		lex->depth == XFCONF_LEX_DEPTH_MAX) {
		return XFCONF_LEX_E_SYNTAX;
	}
	lex->begun = true;
	if (tag->kind == XFCONF_TAG_START) {
		lex->open[lex->depth].element = tag->element;
		lex->open[lex->depth++].array = span_eq(tag->attributes[XFCONF_TYPE], "array");
	}
	return 0;
}

static int take_end(struct xfconf_lex *lex, struct xfconf_tag *tag)
{
	unsigned int which;

	lex->pos += 2;
	if (!find_word(element_words, ARRAY_LEN(element_words), take_word(lex, ">"), &which) ||
		lex->depth == 0 || lex->open[lex->depth - 1].element != which) {
		return XFCONF_LEX_E_SYNTAX;
	}
	skip_blanks(lex);
	if (!take(lex, ">")) {
		return XFCONF_LEX_E_SYNTAX;
	}
	tag->kind = XFCONF_TAG_END;
	tag->element = (enum xfconf_element)which;
	lex->depth--;
	return 0;
}

int xfconf_lex_next(struct xfconf_lex *lex, struct xfconf_tag *ret_tag)
{
	struct xfconf_tag tag = {.kind = XFCONF_TAG_DONE};
	struct span rest;
	int r;

	for (skip_blanks(lex); lex->pos < lex->text.len; skip_blanks(lex)) {
		rest = rest_of(lex);
		if (!span_starts(rest, "<!--") && !span_starts(rest, "<?")) {
			break;
		}
		if (rest.p[1] == '?' ? !skip_instruction(lex) : !skip_comment(lex)) {
			return XFCONF_LEX_E_SYNTAX;
		}
	}
	rest = rest_of(lex);
	tag.start = lex->pos;
	if (rest.len == 0) {
		r = lex->begun && lex->depth == 0 ? 0 : XFCONF_LEX_E_SYNTAX;
	} else if (rest.p[0] != '<') {
		r = XFCONF_LEX_E_SYNTAX;
	} else {
		r = span_starts(rest, "</") ? take_end(lex, &tag) : take_start(lex, &tag);
	}
	if (r == 0) {
		tag.end = lex->pos;
		*ret_tag = tag;
	}
	return r;
}

int xfconf_lex_property(struct span text, struct xfconf_tag *ret_tag)
{
	struct xfconf_tag tag;
	struct xfconf_lex lex;
	int r = xfconf_lex_begin(text, &lex);

	if (r == 0) {
		/* as if in a channel */
		lex.begun = true;
		lex.open[lex.depth++].element = XFCONF_CHANNEL;
		r = xfconf_lex_next(&lex, &tag);
	}
	if (r != 0 || tag.kind == XFCONF_TAG_END || tag.kind == XFCONF_TAG_DONE || tag.start != 0 ||
		tag.end != text.len) {
		return XFCONF_LEX_E_SYNTAX;
	}
	*ret_tag = tag;
	return 0;
}
