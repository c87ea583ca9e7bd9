/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for a person, fitted to the terminal: words are never cut. The first error sticks and is
 * given by page_error; every function after it does nothing. What is put in may come from outside:
 * control characters never reach the terminal.
 */
#pragma once

#include "base.h"
#include "clock.h"
#include "str.h"
#include "term.h"
#include "text.h"

#define PAGE_MAX ((size_t)4 << 20)
#define PAGE_COLUMNS_MAX 4

struct page {
	const struct term *term;
	const struct text_catalogue *texts;
	struct str out;
	int error;
};
void page_finish(struct page *page);
int page_error(const struct page *page);

/* Arguments of a text: TEXT_ARGS({"name", value}, ...). The blank one keeps an empty list legal. */
#define TEXT_ARGS(...) ((const struct text_arg[]){{"", ""}, ##__VA_ARGS__} + 1)
#define TEXT_ARGS_LEN(...) \
	(sizeof((const struct text_arg[]){{"", ""}, ##__VA_ARGS__}) / sizeof(struct text_arg) - 1)

/* A block of wrapped text: lead (never wrapped, styled) and the text behind it. */
struct page_block {
	size_t indent;	   /* columns before the lead */
	size_t hang;	   /* columns before each later line */
	size_t lead_width; /* the lead is padded to this many columns; 0 for its own width */
	enum term_style style;
	const char *lead; /* NULL for none */
	const char *text; /* NULL for none */
};
#define PAGE_BLOCK(...) (&(const struct page_block){__VA_ARGS__})
void page_put(struct page *page, const struct page_block *block);
void page_gap(struct page *page); /* an empty line */

/* A text of the catalogue as a whole paragraph. */
void page_text_args(struct page *page, const struct page_block *shape, const char *key,
	const struct text_arg *args, size_t n);
#define page_text(page, shape, key, ...) \
	page_text_args(page, shape, key, TEXT_ARGS(__VA_ARGS__), TEXT_ARGS_LEN(__VA_ARGS__))

/* The form of key that goes with n (text_format_count), appended to out. */
void page_count(struct page *page, const char *key, size_t n, struct str *out);
/* "3 minutes ago"; a time to come is "just now". */
void page_ago(struct page *page, int64_t then_s, int64_t now_s, struct str *out);
/* The text of prefix and id and suffix ("control.", "disk.encrypted", ".why"), or the id. */
const char *page_lookup(
	const struct page *page, const char *prefix, const char *id, const char *suffix);

/* Columns that text takes on a terminal. */
size_t page_width(struct span text);
/* Remembers the first error. */
void page_check(struct page *page, int error);
