/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"
#include "unit.h"

/* RFC 4648 section 10, without the padding */
static const struct {
	const char *bytes;
	const char *text;
} vectors[] = {
	{"", ""},
	{"f", "Zg"},
	{"fo", "Zm8"},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg"},
	{"fooba", "Zm9vYmE"},
	{"foobar", "Zm9vYmFy"},
	{"\xfb\xff", "-_8"},
};

static void vectors_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		cleanup(str_finish) struct str s = {0};
		cleanup(free_ptr) char *bytes = NULL;
		size_t len;

		assert_int_equal(
			base64url_append(&s, vectors[i].bytes, strlen(vectors[i].bytes)), 0);
		assert_string_equal(s.p, vectors[i].text);
		assert_int_equal(base64url_decode(span_z(s.p), 6, &bytes, &len), 0);
		assert_string_equal(bytes, vectors[i].bytes);
		assert_int_equal(len, strlen(vectors[i].bytes));
	}
}

static void other_spellings_are_refused(void **state)
{
	static const char *const wrong[] = {
		"Z", "Zg==", "Zh", "Zm9", "+/8", "Zm 9v", "Zm9v\n", "Zm9v=", "Zm9vY"};
	char *bytes = NULL;
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(base64url_decode(span_z(wrong[i]), 64, &bytes, &len), -EINVAL);
	}
	assert_int_equal(base64url_decode(span_z("Zm9v"), 2, &bytes, &len), -EINVAL);
	assert_null(bytes);
}

static void every_byte_survives(void **state)
{
	cleanup(str_finish) struct str s = {0};
	cleanup(free_ptr) char *back = NULL;
	unsigned char all[256];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++) {
		all[i] = (unsigned char)i;
	}
	assert_int_equal(base64url_append(&s, all, sizeof(all)), 0);
	assert_int_equal(base64url_decode((struct span){s.p, s.len}, sizeof(all), &back, &len), 0);
	assert_int_equal(len, sizeof(all));
	assert_memory_equal(back, all, sizeof(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_go_both_ways),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(every_byte_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
