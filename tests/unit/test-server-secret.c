/* SPDX-License-Identifier: Apache-2.0 */
#include "secret.h"

#include "unit.h"

#include <ctype.h>
#include <string.h>

#define MANY 4096 /* one in 32 would begin otherwise */

/* `caretaker-server tokens end ID` took one of 64 for an option. */
static void test_an_id_is_no_option(void **state)
{
	char id[SECRET_ID_LEN + 1], last[SECRET_ID_LEN + 1] = "";

	(void)state;
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(secret_new_id(id), 0);
		assert_int_equal(strlen(id), SECRET_ID_LEN);
		assert_true(isalnum((unsigned char)id[0]));
		assert_string_not_equal(id, last);
		memcpy(last, id, sizeof(last));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_id_is_no_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
