/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define KEY_MAX 160

void page_finish(struct page *page)
{
	str_finish(&page->out);
}

int page_error(const struct page *page)
{
	return page->error;
}

void page_check(struct page *page, int error)
{
	if (page->error == 0 && error != 0) {
		page->error = error;
	}
}

/* Length of the UTF-8 sequence that c begins; text has been validated. */
static size_t sequence_len(unsigned char c)
{
	if (c < 0x80) {
		return 1;
	}
	if (c < 0xe0) {
		return 2;
	}
	return c < 0xf0 ? 3 : 4;
}

/* Columns of the character at p; its length goes to ret_len. */
static size_t char_width(const char *p, size_t left, size_t *ret_len)
{
	size_t len = sequence_len((unsigned char)*p);
	wchar_t wide;
	int width;

	if (len > left) {
		len = left;
	}
	*ret_len = len;
	if (len == 1) {
		return 1;
	}
	wide = (wchar_t)((unsigned char)p[0] & (0xff >> (len + 1)));
	for (size_t i = 1; i < len; i++) {
		wide = (wide << 6) | ((unsigned char)p[i] & 0x3f);
	}
	width = wcwidth(wide);
	return width < 0 ? 1 : (size_t)width;
}

size_t page_width(struct span text)
{
	size_t width = 0;

	for (size_t i = 0, len; i < text.len; i += len) {
		width += char_width(text.p + i, text.len - i, &len);
	}
	return width;
}

/* Control characters out; and what a terminal without UTF-8 cannot show. */
static int append_safe(const struct term *term, struct span text, struct str *out)
{
	cleanup(str_finish) struct str safe = {.max = PAGE_MAX};
	int r = str_append_printable(&safe, text);

	if (r < 0 || safe.len == 0) {
		return r;
	}
	if (term->utf8) {
		return str_append(out, safe.p, safe.len);
	}
	for (size_t i = 0, len; i < safe.len && r == 0; i += len) {
		len = sequence_len((unsigned char)safe.p[i]);
		r = str_append_char(out, len == 1 ? safe.p[i] : '?');
	}
	return r;
}

static void put(struct page *page, const char *bytes, size_t len)
{
	if (page->error == 0) {
		page->error = str_append(&page->out, bytes, len);
	}
}

static void put_z(struct page *page, const char *text)
{
	put(page, text, strlen(text));
}

static void put_blanks(struct page *page, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(page, " ", 1);
	}
}

void page_gap(struct page *page)
{
	put(page, "\n", 1);
}

/* The part up to the next blank; or one wide character, since their scripts have no blanks. */
static struct span word_next(struct span *text)
{
	struct span word = {text->p, 0};
	size_t len;

	while (word.len < text->len && text->p[word.len] != ' ') {
		size_t width = char_width(text->p + word.len, text->len - word.len, &len);

		if (width == 2 && word.len > 0) {
			break;
		}
		word.len += len;
		if (width == 2) {
			break;
		}
	}
	text->p += word.len;
	text->len -= word.len;
	return word;
}

/* Wraps text from column on; blank says whether a blank belongs before the first word. */
static void put_wrapped(struct page *page, struct span text, size_t hang, size_t column, bool blank)
{
	bool empty_line = column <= hang && !blank;

	while (page->error == 0) {
		struct span word;
		size_t width;

		while (text.len > 0 && text.p[0] == ' ') {
			text.p++;
			text.len--;
			blank = true;
		}
		if (text.len == 0) {
			break;
		}
		word = word_next(&text);
		width = page_width(word);
		blank = blank && !empty_line;
		if (!empty_line && column + blank + width > page->term->width) {
			page_gap(page);
			put_blanks(page, hang);
			column = hang;
			blank = false;
		}
		put_blanks(page, blank);
		put(page, word.p, word.len);
		column += blank + width;
		blank = false;
		empty_line = false;
	}
}

static int block_prepare(
	struct page *page, const struct page_block *block, struct str *lead, struct str *text)
{
	int r = append_safe(page->term, span_z(block->lead ? block->lead : ""), lead);

	return r < 0 ? r : append_safe(page->term, span_z(block->text ? block->text : ""), text);
}

void page_put(struct page *page, const struct page_block *block)
{
	cleanup(str_finish) struct str lead = {.max = PAGE_MAX};
	cleanup(str_finish) struct str text = {.max = PAGE_MAX};
	size_t column = block->indent;

	page_check(page, block_prepare(page, block, &lead, &text));
	if (page->error != 0) {
		return;
	}
	put_blanks(page, block->indent);
	if (lead.len > 0) {
		size_t width = page_width((struct span){lead.p, lead.len});

		put_z(page, term_style_begin(page->term, block->style));
		put(page, lead.p, lead.len);
		put_z(page, term_style_end(page->term, block->style));
		column += width;
		if (text.len > 0 && width < block->lead_width) {
			put_blanks(page, block->lead_width - width);
			column += block->lead_width - width;
		}
	} else {
		put_z(page, term_style_begin(page->term, block->style));
	}
	if (text.len > 0) {
		put_wrapped(
			page, (struct span){text.p, text.len}, block->hang, column, lead.len > 0);
	}
	if (lead.len == 0) {
		put_z(page, term_style_end(page->term, block->style));
	}
	page_gap(page);
}

void page_text_args(struct page *page, const struct page_block *shape, const char *key,
	const struct text_arg *args, size_t n)
{
	cleanup(str_finish) struct str text = {.max = PAGE_MAX};
	struct page_block block = *shape;

	page_check(page, text_format(page->texts, key, args, n, &text));
	block.text = text.p;
	page_put(page, &block);
}

void page_count(struct page *page, const char *key, size_t n, struct str *out)
{
	page_check(page, text_format_count(page->texts, key, n, out));
}

void page_ago(struct page *page, int64_t then_s, int64_t now_s, struct str *out)
{
	static const struct {
		int64_t below_s;
		int64_t unit_s;
		const char *key;
	} spans[] = {
		{3600, 60, "cli.ago.minutes"},
		{CLOCK_DAY_S, 3600, "cli.ago.hours"},
		{INT64_MAX, CLOCK_DAY_S, "cli.ago.days"},
	};
	int64_t age = now_s - then_s;

	if (age < 60) {
		page_check(page, text_format(page->texts, "cli.ago.now", NULL, 0, out));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		if (age < spans[i].below_s) {
			page_count(page, spans[i].key, (size_t)(age / spans[i].unit_s), out);
			return;
		}
	}
}

const char *page_lookup(
	const struct page *page, const char *prefix, const char *id, const char *suffix)
{
	char key[KEY_MAX];
	int len = snprintf(key, sizeof(key), "%s%s%s", prefix, id, suffix);

	if (len < 0 || (size_t)len >= sizeof(key) || !text_has(page->texts, key)) {
		return id;
	}
	return text_get(page->texts, key);
}
