/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"
#include "unit.h"

static struct json_object *parse(const char *text)
{
	struct json_object *object = NULL;

	assert_int_equal(json_parse(span_z(text), &object, NULL), 0);
	return object;
}

static void canonical_form_is_rfc_8785(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"{\"b\":1,\"a\":[true,false,null]}", "{\"a\":[true,false,null],\"b\":1}"},
		{" [ 1 , -2 ,0]\n", "[1,-2,0]"},
		{"\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\\\/\\u00e9\"",
			"\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\/\xc3\xa9\""},
		{"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
		{"9223372036854775807", "9223372036854775807"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"-0", "0"},
		{"{}", "{}"},
		{"[]", "[]"},
		{"null", "null"},
		{"\"\x7f\"", "\"\x7f\""},
		{"{\"\":{\"z\":{},\"A\":[[]]}}", "{\"\":{\"A\":[[]],\"z\":{}}}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(json_put) struct json_object *object = parse(rows[i].in);
		cleanup(str_finish) struct str out = {0};

		assert_int_equal(json_write_canonical(object, &out), 0);
		assert_string_equal(out.p, rows[i].out);
	}
}

static void hostile_text_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"{",
		"}",
		"[1,]",
		"[,1]",
		"[1 2]",
		"{\"a\":1,}",
		"{\"a\" 1}",
		"{a:1}",
		"{'a':1}",
		"{\"a\":1} x",
		"[1]]",
		"// c\n1",
		"/* c */1",
		"1 // c",
		"NaN",
		"Infinity",
		"-Infinity",
		"-",
		"+1",
		"01",
		"1.",
		".5",
		"1e",
		"0x10",
		"True",
		"nul",
		"9223372036854775808",
		"-9223372036854775809",
		"99999999999999999999999999",
		"\"a",
		"\"\\x\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\u0000\"",
		"\"\\ud800\"",
		"\"\\ud800\\u0041\"",
		"\"\\udc00\"",
		"\"\n\"",
		"\"\xff\"",
		"\"\xc0\xaf\"",
		"\"\xed\xa0\x80\"",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":1}",
		"[{\"a\":{\"b\":1,\"c\":2},\"a\":1}]",
		"{\"a\\u0000b\":1}",
		"\xef\xbb\xbf{}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_object *object = NULL;
		struct json_error error = {0};

		assert_int_equal(json_parse(span_z(rows[i]), &object, &error), JSON_E_SYNTAX);
		assert_null(object);
		assert_non_null(error.what);
		assert_memory_equal(error.where, "offset ", 7);
	}
}

static void nul_byte_is_refused(void **state)
{
	struct json_object *object = NULL;

	(void)state;
	assert_int_equal(json_parse((struct span){"1\0", 2}, &object, NULL), JSON_E_SYNTAX);
	assert_int_equal(json_parse((struct span){"\"a\0b\"", 5}, &object, NULL), JSON_E_SYNTAX);
	assert_int_equal(json_parse((struct span){NULL, 0}, &object, NULL), JSON_E_SYNTAX);
}

static void depth_has_a_limit(void **state)
{
	for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
		cleanup(str_finish) struct str text = {0};
		cleanup(json_put) struct json_object *object = NULL;
		struct json_error error = {0};

		(void)state;
		for (size_t i = 0; i < depth; i++) {
			assert_int_equal(str_append_z(&text, i % 2 ? "[" : "{\"k\":"), 0);
		}
		assert_int_equal(str_append_z(&text, "1"), 0);
		for (size_t i = depth; i-- > 0;) {
			assert_int_equal(str_append_z(&text, i % 2 ? "]" : "}"), 0);
		}
		assert_int_equal(json_parse((struct span){text.p, text.len}, &object, &error),
			depth > JSON_DEPTH_MAX ? JSON_E_SYNTAX : 0);
		if (!object) {
			assert_string_equal(error.what, "too deep");
		}
		if (object) {
			cleanup(str_finish) struct str out = {0};

			assert_int_equal(json_write_canonical(object, &out), 0);
			assert_string_equal(out.p, text.p);
		}
	}
}

static void the_number_of_values_has_a_limit(void **state)
{
	static const struct {
		const char *text;
		size_t values;
	} rows[] = {
		{"1", 1},
		{"[]", 1},
		{"[1,[],{}]", 4},
		{"{\"a\":{\"b\":null},\"c\":[true]}", 5},
	};
	cleanup(str_finish) struct str text = {.max = 4 * JSON_VALUES_MAX};
	struct json_object *none = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(json_put) struct json_object *object = NULL;

		assert_int_equal(
			json_parse_bounded(span_z(rows[i].text), rows[i].values - 1, &none, NULL),
			JSON_E_SYNTAX);
		assert_int_equal(
			json_parse_bounded(span_z(rows[i].text), rows[i].values, &object, NULL), 0);
	}
	/* Small text, much memory: refused before anything is built. */
	assert_int_equal(str_append_char(&text, '['), 0);
	for (size_t i = 0; i < JSON_VALUES_MAX; i++) {
		assert_int_equal(str_append_z(&text, i ? ",[]" : "[]"), 0);
	}
	assert_int_equal(str_append_char(&text, ']'), 0);
	assert_int_equal(json_parse((struct span){text.p, text.len}, &none, NULL), JSON_E_SYNTAX);
	assert_null(none);
}

static void the_span_ends_where_it_ends(void **state)
{
	struct json_object *object = NULL;

	(void)state;
	assert_int_equal(json_parse((struct span){"12345", 2}, &object, NULL), 0);
	assert_int_equal(json_object_get_int64(object), 12);
	json_object_put(object);
	assert_int_equal(json_parse((struct span){"true", 3}, &object, NULL), JSON_E_SYNTAX);
}

static void canonical_refuses_what_is_no_integer(void **state)
{
	cleanup(json_put) struct json_object *broken = parse("[1.5]");
	cleanup(json_put) struct json_object *whole = parse("[1e3]");
	cleanup(json_put) struct json_object *large = json_object_new_uint64(UINT64_MAX);
	cleanup(json_put) struct json_object *bytes = json_object_new_string("\xff");
	cleanup(str_finish) struct str out = {0};

	(void)state;
	assert_int_equal(json_write_canonical(broken, &out), -EINVAL);
	assert_int_equal(json_write_canonical(whole, &out), -EINVAL);
	assert_int_equal(json_write_canonical(large, &out), -EINVAL);
	assert_int_equal(json_write_canonical(bytes, &out), -EINVAL);
}

struct sample {
	const char *name;
	int64_t number;
	bool yes;
	struct json_object *list, *map, *any;
};

static const struct json_field sample_fields[] = {
	{"name", JSON_WANT_STRING, offsetof(struct sample, name), true, 4},
	{"number", JSON_WANT_INT, offsetof(struct sample, number), true, 100},
	{"yes", JSON_WANT_BOOL, offsetof(struct sample, yes), false, 0},
	{"list", JSON_WANT_ARRAY, offsetof(struct sample, list), false, 2},
	{"map", JSON_WANT_OBJECT, offsetof(struct sample, map), false, 1},
	{"any", JSON_WANT_ANY, offsetof(struct sample, any), false, 0},
};

static void an_error_prints_safely(void **state)
{
	cleanup(json_put) struct json_object *object = parse("{\"a\\u001b[2J\\u009b\":1}");
	cleanup(str_finish) struct str text = {0};
	cleanup(json_put) struct json_object *longest = NULL;
	struct json_error error = {0};
	struct sample sample;

	(void)state;
	assert_int_equal(json_decode(object, sample_fields, 1, &sample, &error), JSON_E_UNKNOWN);
	assert_string_equal(error.where, "a?[2J?");
	assert_int_equal(str_append_z(&text, "{\"x"), 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(str_append_z(&text, "\xc3\xa9"), 0);
	}
	assert_int_equal(str_append_z(&text, "\":1}"), 0);
	longest = parse(text.p);
	assert_int_equal(json_decode(longest, sample_fields, 1, &sample, &error), JSON_E_UNKNOWN);
	assert_true(utf8_valid(span_z(error.where)));
	assert_int_equal(strlen(error.where), sizeof(error.where) - 1);
}

static void decode_fills_a_struct(void **state)
{
	cleanup(json_put) struct json_object *object =
		parse("{\"name\":\"ab\",\"number\":100,\"yes\":true,\"list\":[1,2],"
		      "\"map\":{\"a\":1},\"any\":null}");
	struct sample sample = {.any = object};

	(void)state;
	assert_int_equal(
		json_decode(object, sample_fields, ARRAY_LEN(sample_fields), &sample, NULL), 0);
	assert_string_equal(sample.name, "ab");
	assert_int_equal(sample.number, 100);
	assert_true(sample.yes);
	assert_int_equal(json_object_array_length(sample.list), 2);
	assert_int_equal(json_object_object_length(sample.map), 1);
	assert_null(sample.any);
}

static void decode_names_the_field(void **state)
{
	static const struct {
		const char *text;
		int outcome;
		const char *where;
	} rows[] = {
		{"{\"name\":\"a\"}", JSON_E_MISSING, "number"},
		{"{\"name\":\"abcde\",\"number\":1}", JSON_E_TYPE, "name"},
		{"{\"name\":1,\"number\":1}", JSON_E_TYPE, "name"},
		{"{\"name\":null,\"number\":1}", JSON_E_TYPE, "name"},
		{"{\"name\":\"a\",\"number\":101}", JSON_E_TYPE, "number"},
		{"{\"name\":\"a\",\"number\":-1}", JSON_E_TYPE, "number"},
		{"{\"name\":\"a\",\"number\":1.5}", JSON_E_TYPE, "number"},
		{"{\"name\":\"a\",\"number\":\"1\"}", JSON_E_TYPE, "number"},
		{"{\"name\":\"a\",\"number\":1,\"yes\":1}", JSON_E_TYPE, "yes"},
		{"{\"name\":\"a\",\"number\":1,\"list\":[1,2,3]}", JSON_E_TYPE, "list"},
		{"{\"name\":\"a\",\"number\":1,\"list\":{}}", JSON_E_TYPE, "list"},
		{"{\"name\":\"a\",\"number\":1,\"map\":[]}", JSON_E_TYPE, "map"},
		{"{\"name\":\"a\",\"number\":1,\"map\":{\"a\":1,\"b\":2}}", JSON_E_TYPE, "map"},
		{"{\"name\":\"a\",\"number\":1,\"extra\":1}", JSON_E_UNKNOWN, "extra"},
		{"[]", JSON_E_TYPE, ""},
		{"null", JSON_E_TYPE, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(json_put) struct json_object *object = parse(rows[i].text);
		struct json_error error = {0};
		struct sample sample = {0};

		assert_int_equal(json_decode(object, sample_fields, ARRAY_LEN(sample_fields),
					 &sample, &error),
			rows[i].outcome);
		assert_string_equal(error.where, rows[i].where);
	}
}

static void equal_is_about_meaning(void **state)
{
	cleanup(json_put) struct json_object *a = parse("{\"a\":[1,\"x\"],\"b\":null}");
	cleanup(json_put) struct json_object *b = parse("{ \"b\":null, \"a\":[1,\"\\u0078\"] }");
	cleanup(json_put) struct json_object *c = parse("{\"a\":[\"x\",1],\"b\":null}");

	(void)state;
	assert_true(json_equal(a, b));
	assert_false(json_equal(a, c));
	assert_false(json_equal(a, NULL));
	assert_true(json_equal(NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_form_is_rfc_8785),
		cmocka_unit_test(hostile_text_is_refused),
		cmocka_unit_test(nul_byte_is_refused),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(the_number_of_values_has_a_limit),
		cmocka_unit_test(an_error_prints_safely),
		cmocka_unit_test(the_span_ends_where_it_ends),
		cmocka_unit_test(canonical_refuses_what_is_no_integer),
		cmocka_unit_test(decode_fills_a_struct),
		cmocka_unit_test(decode_names_the_field),
		cmocka_unit_test(equal_is_about_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
