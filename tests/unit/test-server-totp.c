/* SPDX-License-Identifier: Apache-2.0 */
/* The values are those of RFC 4226 appendix D and RFC 6238 appendix B (SHA-1). */
#include "totp.h"

#include "unit.h"

#include <string.h>

#define KEY ((const uint8_t *)"12345678901234567890")
/* The same twenty bytes in base32 (RFC 4648) */
#define KEY_TEXT "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static void codes_are_those_of_rfc_4226(void **state)
{
	static const uint32_t codes[] = {
		755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		uint32_t code = 0;

		assert_int_equal(totp_code(KEY, 20, (int64_t)i, 6, &code), 0);
		assert_int_equal(code, codes[i]);
	}
}

static void codes_are_those_of_rfc_6238(void **state)
{
	static const struct {
		int64_t time;
		uint32_t code;
	} rows[] = {{59, 94287082}, {1111111109, 7081804}, {1111111111, 14050471},
		{1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t code = 0;

		assert_int_equal(totp_code(KEY, 20, rows[i].time / TOTP_STEP_S, 8, &code), 0);
		assert_int_equal(code, rows[i].code);
	}
}

static void a_code_works_once_and_in_its_time(void **state)
{
	int64_t step = -1;

	(void)state;
	assert_int_equal(totp_find(KEY_TEXT, span_z("287082"), 59, 0, &step), 0);
	assert_int_equal(step, 1);
	assert_int_equal(totp_find(KEY_TEXT, span_z("287082"), 59, 1, &step), 0);
	assert_int_equal(step, 0);
	/* A step early and late, and no more */
	assert_int_equal(totp_find(KEY_TEXT, span_z("287082"), 0, 0, &step), 0);
	assert_int_equal(step, 1);
	assert_int_equal(totp_find(KEY_TEXT, span_z("287082"), 89, 0, &step), 0);
	assert_int_equal(step, 1);
	assert_int_equal(totp_find(KEY_TEXT, span_z("287082"), 90, 0, &step), 0);
	assert_int_equal(step, 0);
}

static void what_is_no_code(void **state)
{
	static const char *const texts[] = {
		"", "28708", "2870820", "287 082", "28708\xff", "abcdef"};
	int64_t step = -1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(totp_find(KEY_TEXT, span_z(texts[i]), 59, 0, &step), 0);
		assert_int_equal(step, 0);
	}
}

static void secrets(void **state)
{
	char secret[TOTP_SECRET_LEN + 1], other[TOTP_SECRET_LEN + 1];
	uint8_t bytes[TOTP_SECRET_BYTES];

	(void)state;
	assert_int_equal(totp_decode(KEY_TEXT, bytes), 0);
	assert_memory_equal(bytes, KEY, sizeof(bytes));
	assert_int_equal(totp_new(secret), 0);
	assert_int_equal(totp_new(other), 0);
	assert_int_equal(strlen(secret), TOTP_SECRET_LEN);
	assert_string_not_equal(secret, other);
	assert_int_equal(totp_decode(secret, bytes), 0);
	assert_int_equal(totp_decode("SHORT", bytes), -EINVAL);
	assert_int_equal(totp_decode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", bytes), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_rfc_4226),
		cmocka_unit_test(codes_are_those_of_rfc_6238),
		cmocka_unit_test(a_code_works_once_and_in_its_time),
		cmocka_unit_test(what_is_no_code),
		cmocka_unit_test(secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
