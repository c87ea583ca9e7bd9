/* SPDX-License-Identifier: Apache-2.0 */
#include "vec.h"
#include "unit.h"

static void push_stops_at_max(void **state)
{
	VEC(int) numbers = {0};
	int sum = 0;

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(vec_push(&numbers, i, 10), 0);
	}
	assert_int_equal(vec_push(&numbers, 10, 10), -ENOSPC);
	assert_int_equal(numbers.len, 10);
	assert_true(numbers.cap <= 10);
	vec_for_each (it, &numbers) {
		sum += *it;
	}
	assert_int_equal(sum, 45);
	vec_free(&numbers);
	assert_null(numbers.items);
}

static void an_empty_one_is_walked(void **state)
{
	VEC(int) numbers = {0};
	int seen = 0;

	(void)state;
	vec_for_each (it, &numbers) {
		seen += *it + 1;
	}
	assert_int_equal(seen, 0);
	assert_int_equal(vec_push(&numbers, 1, 0), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(push_stops_at_max),
		cmocka_unit_test(an_empty_one_is_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
