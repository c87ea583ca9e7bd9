/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"
#include "unit.h"

static struct json_object *parse(const char *text)
{
	struct json_object *object = NULL;

	assert_int_equal(json_parse(span_z(text), &object, NULL), 0);
	return object;
}

static struct json_object *object_of(size_t n)
{
	struct json_object *object = json_object_new_object();

	assert_non_null(object);
	for (size_t i = 0; i < n; i++) {
		char key[32];

		(void)snprintf(key, sizeof(key), "key-%zu", i);
		assert_int_equal(
			json_object_object_add(object, key, json_object_new_int64((int64_t)i)), 0);
	}
	return object;
}

static void a_slim_value_means_the_same(void **state)
{
	static const char *const texts[] = {"null", "{}", "[]", "\"\"", "[null,true,-1,1.5]",
		"{\"a\":{\"b\":[{},{\"c\":\"\\u00e9d\"}]},\"e\":9223372036854775807}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		cleanup(json_put) struct json_object *before = parse(texts[i]);
		cleanup(json_put) struct json_object *after = parse(texts[i]);

		assert_int_equal(json_slim(&after), 0);
		assert_true(json_object_equal(before, after));
	}
	for (size_t n = 0; n <= 100; n++) {
		cleanup(json_put) struct json_object *before = object_of(n);
		cleanup(json_put) struct json_object *after = object_of(n);

		assert_int_equal(json_slim(&after), 0);
		assert_true(json_object_equal(before, after));
		assert_null(json_object_object_get(after, "not there"));
		/* a table that is full takes more all the same */
		assert_int_equal(json_object_object_add(after, "more", NULL), 0);
		assert_int_equal(json_object_object_length(after), n + 1);
	}
}

static void a_slim_object_is_small(void **state)
{
	(void)state;
	for (int n = 1; n <= 100; n++) {
		cleanup(json_put) struct json_object *object = object_of((size_t)n);

		assert_int_equal(json_slim(&object), 0);
		/* two thirds full, as json-c wants a table to be at most */
		assert_in_range(json_object_get_object(object)->size, n, n * 3 / 2 + 2);
	}
}

static void what_is_too_deep_stays(void **state)
{
	cleanup(json_put) struct json_object *object = json_object_new_array();
	struct json_object *kept = object;

	(void)state;
	for (size_t i = 0; i < JSON_DEPTH_MAX + 1; i++) {
		struct json_object *outer = json_object_new_array();

		assert_int_equal(json_object_array_add(outer, object), 0);
		object = outer;
	}
	kept = object;
	assert_int_equal(json_slim(&object), -EINVAL);
	assert_ptr_equal(object, kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slim_value_means_the_same),
		cmocka_unit_test(a_slim_object_is_small),
		cmocka_unit_test(what_is_too_deep_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
