/* SPDX-License-Identifier: Apache-2.0 */
#include "str.h"
#include "unit.h"

static void append_grows_and_stops_at_max(void **state)
{
	cleanup(str_finish) struct str s = {.max = 5};

	(void)state;
	assert_int_equal(str_append_z(&s, "abc"), 0);
	assert_int_equal(str_append_char(&s, 'd'), 0);
	assert_int_equal(str_append_z(&s, "ef"), -ENOSPC);
	assert_string_equal(s.p, "abcd");
	assert_int_equal(str_appendf(&s, "%d", 7), 0);
	assert_int_equal(str_appendf(&s, "%d", 7), -ENOSPC);
	assert_string_equal(s.p, "abcd7");
	str_clear(&s);
	assert_int_equal(s.len, 0);
	assert_string_equal(s.p, "");
	assert_int_equal(str_append(&s, "a\0b", 3), 0);
	assert_int_equal(s.len, 3);
}

static void append_of_nothing_terminates(void **state)
{
	cleanup(str_finish) struct str s = {0};

	(void)state;
	assert_int_equal(str_append(&s, NULL, 0), 0);
	assert_non_null(s.p);
	assert_string_equal(s.p, "");
}

static void default_max_holds(void **state)
{
	cleanup(str_finish) struct str s = {0};
	static const char block[4096];

	(void)state;
	for (size_t i = 0; i < STR_MAX_DEFAULT / sizeof(block); i++) {
		assert_int_equal(str_append(&s, block, sizeof(block)), 0);
	}
	assert_int_equal(str_append_char(&s, 'x'), -ENOSPC);
	assert_int_equal(s.len, STR_MAX_DEFAULT);
}

static void span_next_gives_every_part(void **state)
{
	struct span rest = span_z("a::b:"), part;
	const char *const wanted[] = {"a", "", "b", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		assert_true(span_next(&rest, ':', &part));
		assert_true(span_eq(part, wanted[i]));
	}
	assert_false(span_next(&rest, ':', &part));
	rest = span_z("");
	assert_true(span_next(&rest, ':', &part));
	assert_int_equal(part.len, 0);
	assert_false(span_next(&rest, ':', &part));
	rest = (struct span){NULL, 0};
	assert_false(span_next(&rest, ':', &part));
}

static void span_compares_and_trims(void **state)
{
	(void)state;
	assert_true(span_eq(span_trim(span_z(" \t a b\t ")), "a b"));
	assert_int_equal(span_trim(span_z(" \t ")).len, 0);
	assert_true(span_starts(span_z("abc"), "ab"));
	assert_false(span_starts(span_z("a"), "ab"));
	assert_true(span_starts((struct span){NULL, 0}, ""));
	assert_false(span_eq((struct span){"ab\0c", 4}, "ab"));
}

static void span_dup_refuses_nul(void **state)
{
	cleanup(free_ptr) char *copy = span_dup((struct span){"abc", 2});

	(void)state;
	assert_string_equal(copy, "ab");
	assert_null(span_dup((struct span){"a\0b", 3}));
}

static void numbers_are_digits_alone(void **state)
{
	static const struct {
		const char *text;
		int r;
		uint64_t n;
	} rows[] = {
		{"0", 0, 0},
		{"007", 0, 7},
		{"18446744073709551615", 0, UINT64_MAX},
		{"18446744073709551616", -ERANGE, 0},
		{"99999999999999999999", -ERANGE, 0},
		{"", -EINVAL, 0},
		{" 1", -EINVAL, 0},
		{"1 ", -EINVAL, 0},
		{"+1", -EINVAL, 0},
		{"-1", -EINVAL, 0},
		{"0x1", -EINVAL, 0},
		{"99999999999999999999x", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t n = 0;

		assert_int_equal(span_u64(span_z(rows[i].text), &n), rows[i].r);
		assert_int_equal(n, rows[i].n);
	}
}

static void utf8_follows_rfc_3629(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{"", true},
		{"plain", true},
		{"\xc3\xa9\xe6\x96\x87\xf0\x9f\x98\x80", true},
		{"\xf4\x8f\xbf\xbf", true},
		{"\xf4\x90\x80\x80", false}, /* above U+10FFFF */
		{"\xc0\xaf", false},	     /* overlong */
		{"\xe0\x80\xaf", false},
		{"\xf0\x80\x80\xaf", false},
		{"\xed\xa0\x80", false}, /* surrogate */
		{"\xe6\x96", false},	 /* torn */
		{"\x80", false},
		{"\xff", false},
		{"\xc3", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(utf8_valid(span_z(rows[i].text)), rows[i].valid);
	}
}

static void printable_text_moves_no_cursor(void **state)
{
	cleanup(str_finish) struct str s = {0};

	(void)state;
	assert_int_equal(str_append_printable(&s, span_z("a\x1b[2J\n\xc2\x9b"
							 "b\x7f\xff\xc3\xa9")),
		0);
	assert_string_equal(s.p, "a?[2J??b??\xc3\xa9");
	str_clear(&s);
	/* right-to-left override, zero width no-break space, line separator */
	assert_int_equal(
		str_append_printable(&s, span_z("x\xe2\x80\xae\xef\xbb\xbf\xe2\x80\xa8y")), 0);
	assert_string_equal(s.p, "x???y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(append_grows_and_stops_at_max),
		cmocka_unit_test(append_of_nothing_terminates),
		cmocka_unit_test(default_max_holds),
		cmocka_unit_test(span_next_gives_every_part),
		cmocka_unit_test(span_compares_and_trims),
		cmocka_unit_test(span_dup_refuses_nul),
		cmocka_unit_test(numbers_are_digits_alone),
		cmocka_unit_test(utf8_follows_rfc_3629),
		cmocka_unit_test(printable_text_moves_no_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
