/* SPDX-License-Identifier: Apache-2.0 */
#include "xml.h"

#include "str.h"

#include <string.h>

enum place {
	IN_TEXT,
	IN_TAG,	  /* "<" was read */
	IN_OTHER, /* "<!" or "<?": passed over */
};

struct xml_reader {
	xml_start_fn start;
	xml_end_fn end;
	void *data;
	enum place place;
	char quote; /* in a tag: the quote that is open */
	size_t depth;
	bool any;
	char names[XML_DEPTH_MAX][XML_NAME_MAX + 1];
	char tag[XML_TAG_MAX + 1];
	size_t tag_len;
	char other;   /* in another: which it is */
	char last[2]; /* and its last bytes */
	char text[XML_VALUE_MAX + 1];
	size_t text_len;
	bool text_cut;
	struct xml_attribute attributes[XML_ATTRIBUTES_MAX];
};

const char *xml_attribute_find(const struct xml_element *element, const char *name)
{
	for (size_t i = 0; i < element->n_attributes; i++) {
		if (strcmp(element->attributes[i].name, name) == 0) {
			return element->attributes[i].value;
		}
	}
	return NULL;
}

int xml_reader_new(xml_start_fn start, xml_end_fn end, void *data, struct xml_reader **ret_reader)
{
	struct xml_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		return -ENOMEM;
	}
	reader->start = start;
	reader->end = end;
	reader->data = data;
	*ret_reader = reader;
	return 0;
}

void xml_reader_free(struct xml_reader *reader)
{
	free(reader);
}

void xml_reader_free_p(struct xml_reader **reader)
{
	xml_reader_free(*reader);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* XML 1.0, 2.3, without those names that nobody here uses */
static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == ':' || c == '.';
}

/* "&#65;", "&#x41;": those above ASCII become "?", for no rule asks for them. */
static char number_decode(struct span digits)
{
	bool hex = digits.len > 1 && digits.p[0] == 'x';
	unsigned n = 0;

	for (size_t i = hex; i < digits.len; i++) {
		char c = digits.p[i];
		unsigned digit = c >= '0' && c <= '9'	       ? (unsigned)(c - '0')
				 : hex && c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
				 : hex && c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
							       : 16;

		if (digit == 16 || n > 0x10ffff) {
			return '\0';
		}
		n = n * (hex ? 16 : 10) + digit;
	}
	return n < 128 ? (char)n : '?';
}

static char entity_decode(struct span name)
{
	static const struct {
		const char *name;
		char c;
	} rows[] = {{"amp", '&'}, {"apos", '\''}, {"gt", '>'}, {"lt", '<'}, {"quot", '"'}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(name, rows[i].name)) {
			return rows[i].c;
		}
	}
	return name.len > 1 && name.p[0] == '#'
		       ? number_decode((struct span){name.p + 1, name.len - 1})
		       : '\0';
}

/* In place; a cut text may end within an entity, which is dropped then. */
static int entities_decode(char *text, bool cut)
{
	char *out = strchr(text, '&');

	for (const char *p = out; p && *p;) {
		const char *end = *p == '&' ? strchr(p, ';') : NULL;

		if (*p != '&') {
			*out++ = *p++;
			continue;
		}
		if (!end && cut) {
			break;
		}
		*out = end ? entity_decode((struct span){p + 1, (size_t)(end - p - 1)}) : '\0';
		if (*out == '\0') {
			return -EBADMSG;
		}
		out++;
		p = end + 1;
	}
	if (out) {
		*out = '\0';
	}
	return 0;
}

static void text_take(struct xml_reader *reader, const char *bytes, size_t len)
{
	size_t room = XML_VALUE_MAX - reader->text_len, n;

	for (; reader->text_len == 0 && len > 0 && is_space(*bytes); len--) {
		bytes++;
	}
	n = len < room ? len : room;
	memcpy(reader->text + reader->text_len, bytes, n);
	reader->text_len += n;
	reader->text_cut = reader->text_cut || n < len;
}

static int element_end(struct xml_reader *reader, const char *name)
{
	size_t len = reader->text_len;
	int r;

	if (reader->depth == 0 || strcmp(reader->names[reader->depth - 1], name) != 0) {
		return -EBADMSG;
	}
	while (len > 0 && is_space(reader->text[len - 1])) {
		len--;
	}
	reader->text[len] = '\0';
	if (strlen(reader->text) != len) {
		return -EBADMSG;
	}
	r = entities_decode(reader->text, reader->text_cut);
	if (r == 0) {
		r = reader->end(name, reader->text, reader->text_cut, reader->data);
	}
	reader->depth--;
	return r;
}

static char *space_skip(char *p)
{
	while (is_space(*p)) {
		p++;
	}
	return p;
}

/* One NAME="VALUE"; *p moves behind it. */
static int attribute_take(char **p, struct xml_attribute *ret_attribute)
{
	char *name = *p, *end, quote;

	for (end = name; is_name(*end); end++) {
	}
	*p = space_skip(end);
	if (end == name || **p != '=') {
		return -EBADMSG;
	}
	*p = space_skip(*p + 1);
	*end = '\0';
	quote = **p;
	end = quote == '"' || quote == '\'' ? strchr(*p + 1, quote) : NULL;
	if (!end) {
		return -EBADMSG;
	}
	*end = '\0';
	*ret_attribute = (struct xml_attribute){.name = name, .value = *p + 1};
	if (end - *p - 1 > XML_VALUE_MAX || entities_decode(*p + 1, false) != 0) {
		return -EBADMSG;
	}
	*p = end + 1;
	return is_space(**p) || **p == '\0' ? 0 : -EBADMSG;
}

static int element_start(struct xml_reader *reader, char *tag, size_t len)
{
	struct xml_element element = {.attributes = reader->attributes};
	bool closed = len > 0 && tag[len - 1] == '/';
	char *p = tag, *name = reader->names[reader->depth];
	size_t n = 0;
	int r = 0;

	tag[len - closed] = '\0';
	while (is_name(tag[n])) {
		n++;
	}
	if (n == 0 || n > XML_NAME_MAX || !(is_space(tag[n]) || tag[n] == '\0') ||
		reader->depth == XML_DEPTH_MAX || (reader->depth == 0 && reader->any)) {
		return -EBADMSG;
	}
	memcpy(name, tag, n);
	name[n] = '\0';
	element.name = name;
	reader->depth++;
	reader->any = true;
	for (p = space_skip(tag + n); *p && r == 0; p = space_skip(p)) {
		r = element.n_attributes == XML_ATTRIBUTES_MAX
			    ? -EBADMSG
			    : attribute_take(&p, &reader->attributes[element.n_attributes++]);
	}
	if (r == 0) {
		r = reader->start(&element, reader->data);
	}
	return r == 0 && closed ? element_end(reader, name) : r;
}

static int tag_take(struct xml_reader *reader)
{
	char *tag = reader->tag;
	size_t len = reader->tag_len;
	int r;

	tag[len] = '\0';
	if (strlen(tag) != len) {
		return -EBADMSG;
	}
	if (tag[0] == '/') {
		while (len > 1 && is_space(tag[len - 1])) {
			tag[--len] = '\0';
		}
		r = element_end(reader, tag + 1);
	} else {
		reader->text_len = 0;
		reader->text_cut = false;
		r = element_start(reader, tag, len);
	}
	reader->text_len = 0;
	reader->text_cut = false;
	return r;
}

/* "<!--" to "-->" and "<?" to "?>": nothing of them is kept. */
static int other_take(struct xml_reader *reader, char c)
{
	char mark = reader->other == '?' ? '?' : '-';
	size_t n = reader->tag_len++;

	if (reader->other == '!' && n < 2) {
		return c == '-' ? 0 : -EBADMSG;
	}
	if (c == '>' && reader->last[1] == mark && (mark == '?' || reader->last[0] == mark)) {
		reader->place = IN_TEXT;
		return 0;
	}
	reader->last[0] = reader->last[1];
	reader->last[1] = c;
	return 0;
}

static int tag_add(struct xml_reader *reader, char c)
{
	if (reader->tag_len == 0 && (c == '!' || c == '?')) {
		reader->place = IN_OTHER;
		reader->other = c;
		reader->last[0] = reader->last[1] = '\0';
		return 0;
	}
	if (c == '>' && !reader->quote) {
		reader->place = IN_TEXT;
		return tag_take(reader);
	}
	if (reader->quote ? c == reader->quote : c == '"' || c == '\'') {
		reader->quote = reader->quote ? '\0' : c;
	}
	if (reader->tag_len == XML_TAG_MAX || c == '<') {
		return -EBADMSG;
	}
	reader->tag[reader->tag_len++] = c;
	return 0;
}

static int text_add(struct xml_reader *reader, const char **p, const char *end)
{
	const char *mark = memchr(*p, '<', (size_t)(end - *p));
	size_t n = (size_t)((mark ? mark : end) - *p);

	text_take(reader, *p, n);
	if (reader->depth == 0 && reader->text_len > 0) {
		return -EBADMSG;
	}
	*p += n;
	if (mark) {
		(*p)++;
		reader->place = IN_TAG;
		reader->tag_len = 0;
		reader->quote = '\0';
	}
	return 0;
}

int xml_reader_feed(struct xml_reader *reader, const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;
	int r = 0;

	while (p < end && r == 0) {
		switch (reader->place) {
		case IN_TEXT:
			r = text_add(reader, &p, end);
			break;
		case IN_TAG:
			r = tag_add(reader, *p++);
			break;
		case IN_OTHER:
			r = other_take(reader, *p++);
			break;
		}
	}
	return r;
}

int xml_reader_end(const struct xml_reader *reader)
{
	return reader->any && reader->depth == 0 && reader->place == IN_TEXT ? 0 : -EBADMSG;
}
