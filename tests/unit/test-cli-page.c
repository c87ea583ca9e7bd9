/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "options.h"
#include "page.h"

#include <fcntl.h>
#include <locale.h>

static struct text_catalogue *texts_open(void)
{
	struct text_catalogue *texts = NULL;
	cleanup(fd_close) int dir = open(TEXTS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(dir >= 0);
	assert_int_equal(text_open(dir, NULL, &texts), 0);
	return texts;
}

struct wrap_row {
	size_t width;
	struct page_block block;
	const char *wanted;
};

static void words_are_never_cut(void **state)
{
	static const struct wrap_row rows[] = {
		{20, {.text = "one two three four five"}, "one two three four\nfive\n"},
		{20, {.text = "exactly twenty chars"}, "exactly twenty chars\n"},
		{20, {.text = "a-word-longer-than-the-line b"}, "a-word-longer-than-the-line\nb\n"},
		{20, {.text = "  many   blanks  "}, "many blanks\n"},
		{20, {.text = ""}, "\n"},
		{20, {.indent = 2, .hang = 4, .text = "one two three four five"},
			"  one two three four\n    five\n"},
		{20, {.hang = 2, .lead = "* x:", .text = "one two three four"},
			"* x: one two three\n  four\n"},
		{20, {.lead = "ab", .lead_width = 6, .hang = 6, .text = "one two three four"},
			"ab     one two three\n      four\n"},
		{20,
			{.text = "h\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4 "
				 "h\u00f6\u00f6\u00f6\u00f6\u00f6\u00f6 abc d"},
			"h\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4 "
			"h\u00f6\u00f6\u00f6\u00f6\u00f6\u00f6 abc\nd\n"},
		{20,
			{.text = "\u4e00\u4e01\u4e02\u4e03\u4e04\u4e05\u4e06\u4e07\u4e08\u4e09"
				 "\u4e0a\u4e0b"},
			"\u4e00\u4e01\u4e02\u4e03\u4e04\u4e05\u4e06\u4e07\u4e08\u4e09\n\u4e0a\u4e0b"
			"\n"},
		{20, {.text = "a\x1b[2Jb\rc\td\x9b"}, "a?[2Jb?c?d?\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct term term = {.width = rows[i].width, .utf8 = true};
		struct page page = {.term = &term};

		page_put(&page, &rows[i].block);
		assert_int_equal(page_error(&page), 0);
		assert_string_equal(page.out.p, rows[i].wanted);
		page_finish(&page);
	}
}

static void ages_are_told_in_words(void **state)
{
	static const struct {
		int64_t age;
		const char *wanted;
	} rows[] = {
		{-5, "just now"},
		{59, "just now"},
		{60, "a minute ago"},
		{3599, "59 minutes ago"},
		{3600, "an hour ago"},
		{86399, "23 hours ago"},
		{86400, "a day ago"},
		{86400 * 400, "400 days ago"},
	};
	cleanup(text_free_p) struct text_catalogue *texts = texts_open();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(str_finish) struct str text = {0};
		struct page page = {.texts = texts};

		page_ago(&page, 1000000000 - rows[i].age, 1000000000, &text);
		assert_int_equal(page_error(&page), 0);
		assert_string_equal(text.p, rows[i].wanted);
	}
}

static void full_page_keeps_its_first_error(void **state)
{
	const struct term term = {.width = 20};
	struct page page = {.term = &term, .out = {.max = 10}};

	(void)state;
	page_put(&page, &(struct page_block){.text = "more than ten bytes"});
	assert_int_equal(page_error(&page), -ENOSPC);
	page_check(&page, -ENOMEM);
	page_gap(&page);
	assert_int_equal(page_error(&page), -ENOSPC);
	page_finish(&page);
}

static void options_end_at_two_dashes(void **state)
{
	char *argv[] = {"x", "--json", "undo", "--", "--key", "-v", NULL};
	struct options options;
	const char *where = NULL;

	(void)state;
	assert_int_equal(options_parse(6, argv, &options, &where), 0);
	assert_string_equal(options.command, "undo");
	assert_true(options.json);
	assert_int_equal(options.n_operands, 2);
	assert_string_equal(options.operands[0], "--key");
	assert_string_equal(options.operands[1], "-v");
}

static void option_rows_are_sorted_and_apart(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < options_table_len; i++) {
		assert_int_equal(seen & options_table[i].bit, 0);
		seen |= options_table[i].bit;
		if (i > 0) {
			assert_true(strcmp(options_table[i - 1].name, options_table[i].name) < 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_never_cut),
		cmocka_unit_test(ages_are_told_in_words),
		cmocka_unit_test(full_page_keeps_its_first_error),
		cmocka_unit_test(options_end_at_two_dashes),
		cmocka_unit_test(option_rows_are_sorted_and_apart),
	};

	/* wcwidth(3) asks the locale */
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
