/* SPDX-License-Identifier: Apache-2.0 */
#include "json-edit.h"

#include "unit.h"

#include <string.h>

static struct json_path path_of(const char *key)
{
	struct json_path path;

	assert_int_equal(json_path_parse(span_z(key), &path), 0);
	return path;
}

struct set_row {
	const char *before;
	const char *key;
	const char *value;
	const char *after;
	bool came_back; /* key was absent: removing it gives `before` again */
};

static const struct set_row set_rows[] = {
	/* empty objects */
	{"{}", "k", "1", "{\"k\":1}", true},
	{"{ }", "k", "1", "{\"k\":1 }", true},
	{"{\"a\": {\r\n }\r\n}", "a.k", "1", "{\"a\": {\r\n \r\n  \"k\": 1\r\n}\r\n}", true},
	{"{}\n", "k", "1", "{\n  \"k\": 1\n}\n", true},
	{"{\n}\n", "k", "1", "{\n\n  \"k\": 1\n}\n", true},
	{"{\r\n}\r\n", "k", "1", "{\r\n\r\n  \"k\": 1\r\n}\r\n", true},
	{"{\n\t\"a\": {}\n}", "a.k", "1", "{\n\t\"a\": {\n\t\t\"k\": 1\n\t}\n}", true},
	{"{\"a\": {}}", "a.k", "1", "{\"a\": {\"k\":1}}", true},
	/* one line */
	{"{\"a\":1}", "k", "2", "{\"a\":1,\"k\":2}", true},
	{"{\"a\": 1, \"b\": 2}", "k", "3", "{\"a\": 1, \"b\": 2, \"k\": 3}", true},
	{"{\"a\": 1}", "k", "{\"x\":[1,2]}", "{\"a\": 1, \"k\": {\"x\":[1,2]}}", true},
	/* several lines keep their indentation, line ends and spacing */
	{"{\n    \"a\" : 1\n}\n", "k", "2", "{\n    \"a\" : 1,\n    \"k\" : 2\n}\n", true},
	{"{\r\n\t\"a\": 1\r\n}", "k", "2", "{\r\n\t\"a\": 1,\r\n\t\"k\": 2\r\n}", true},
	{"{\n \"a\": 1}", "k", "2", "{\n \"a\": 1,\n \"k\": 2}", true},
	{"{\n  \"a\": 1\n}", "k", "{\"x\":{\"y\":[1,2]},\"z\":{}}",
		"{\n  \"a\": 1,\n  \"k\": {\n    \"x\": {\n      \"y\": [1, 2]\n    },\n"
		"    \"z\": {}\n  }\n}",
		true},
	/* comments and left-over commas */
	{"{\n\t// mine\n\t\"a\": 1 // one\n}\n", "k", "2",
		"{\n\t// mine\n\t\"a\": 1, // one\n\t\"k\": 2\n}\n", true},
	{"{\n\t\"a\": 1, /* x */\n}\n", "k", "2", "{\n\t\"a\": 1, /* x */\n\t\"k\": 2,\n}\n", true},
	{"{\"a\":1,}", "k", "2", "{\"a\":1,\"k\":2,}", true},
	{"{\"a\":1 /* } */}", "k", "2", "{\"a\":1,\"k\":2 /* } */}", true},
	{"{ /* nothing */ }", "k", "2", "{\"k\":2 /* nothing */ }", true},
	{"// top\n{\n}", "k", "2", "// top\n{\n\n  \"k\": 2\n}", true},
	/* replaced in place */
	{"{\"k\":1,\"a\":2}", "k", "true", "{\"k\":true,\"a\":2}", false},
	{"{\n\t\"k\": {\"x\": 1}, // y\n}", "k", "[]", "{\n\t\"k\": [], // y\n}", false},
	{"{\"a\":{\"b\":{\"c\":1}}}", "a.b.c", "\"x\"", "{\"a\":{\"b\":{\"c\":\"x\"}}}", false},
	{"{\"p\":{\"a.b\":0}}", "p[\"a.b\"]", "1", "{\"p\":{\"a.b\":1}}", false},
	{"{\"\\u006b\":0}", "k", "1", "{\"\\u006b\":1}", false},
	{"{\"s\":\"}{,\\\"\",\"k\":0}", "k", "1", "{\"s\":\"}{,\\\"\",\"k\":1}", false},
};

static void test_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(set_rows); i++) {
		const struct set_row *row = &set_rows[i];
		struct json_path path = path_of(row->key);
		struct str after = {0}, back = {0};

		assert_int_equal(json_edit_set(span_z(row->before), JSON_EDIT_RELAXED, &path,
					 span_z(row->value), false, &after),
			0);
		assert_string_equal(after.p, row->after);
		assert_int_equal(json_edit_remove((struct span){after.p, after.len},
					 JSON_EDIT_RELAXED, &path, &back),
			0);
		if (row->came_back) {
			assert_string_equal(back.p, row->before);
		}
		str_finish(&after);
		str_finish(&back);
	}
}

static const struct {
	const char *before, *key, *after;
} remove_rows[] = {
	{"{\"a\":1}", "b", "{\"a\":1}"},
	{"{\"a\":1}", "a.b", "{\"a\":1}"},
	{"{\"k\":1, \"a\":2}", "k", "{\"a\":2}"},
	{"{\"a\":2, \"k\":1, \"b\":3}", "k", "{\"a\":2, \"b\":3}"},
	{"{\n\t\"k\": 1,\n\t\"a\": 2\n}", "k", "{\n\t\"a\": 2\n}"},
	{"{\n\t\"a\": 1,\n\t\"k\": 1,\n\t\"b\": 2\n}", "k", "{\n\t\"a\": 1,\n\t\"b\": 2\n}"},
	{"{\n\t\"k\": 1\n}\n", "k", "{}\n"},
	/* a comment never swallows what follows it */
	{"{\n\t// mine\n\t\"k\": 1\n}\n", "k", "{\n\t// mine\n}\n"},
	{"{\n\t// mine\n\t\"k\": 1}", "k", "{\n\t// mine\n}"},
	{"{\n\t// mine\n\t\"k\": 1, \"a\": 2}", "k", "{\n\t// mine\n \"a\": 2}"},
	{"{\n\t\"a\": 1, // c\n\t\"k\": 2 }", "k", "{\n\t\"a\": 1 // c\n }"},
	{"{ /* // */\n\t\"k\": 2\n}", "k", "{ /* // */}"},
	{"{\n\t\"k\": 1 // mine\n}\n", "k", "{ // mine\n}\n"},
	{"{\"k\":1,}", "k", "{}"},
	{"{\"a\":{\"k\":[1,{\"x\":2}]}}", "a.k", "{\"a\":{}}"},
};

static void test_remove(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(remove_rows); i++) {
		struct json_path path = path_of(remove_rows[i].key);
		struct str after = {0};

		assert_int_equal(json_edit_remove(span_z(remove_rows[i].before), JSON_EDIT_RELAXED,
					 &path, &after),
			0);
		assert_string_equal(after.p, remove_rows[i].after);
		str_finish(&after);
	}
}

static const struct {
	const char *text, *key;
	enum json_edit_dialect dialect;
	int set;
} refused_rows[] = {
	{"", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"  ", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1}}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1} x", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\" 1}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1 \"b\":2}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":,}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{,}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1,,}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{'a':1}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{a:1}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":01}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1.}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":+1}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":NaN}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":truex}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":\"\n\"}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":\"\\x\"}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":\"\\u12g4\"}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":\"\xff\"}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"\xef\xbb\xbf{}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":[1}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":[1}]", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\r}", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{} /* torn", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{} / ", "k", JSON_EDIT_RELAXED, JSON_EDIT_E_SYNTAX},
	{"{\"a\":1,}", "k", JSON_EDIT_STRICT, JSON_EDIT_E_SYNTAX},
	{"{\"a\":[1,]}", "k", JSON_EDIT_STRICT, JSON_EDIT_E_SYNTAX},
	{"// a\n{}", "k", JSON_EDIT_STRICT, JSON_EDIT_E_SYNTAX},
	{"[]", "k", JSON_EDIT_STRICT, JSON_EDIT_E_NOT_OBJECT},
	{"\"k\"", "k", JSON_EDIT_STRICT, JSON_EDIT_E_NOT_OBJECT},
	{"null", "k", JSON_EDIT_STRICT, JSON_EDIT_E_NOT_OBJECT},
	{"{\"a\":5}", "a.k", JSON_EDIT_STRICT, JSON_EDIT_E_NOT_OBJECT},
	{"{\"a\":[]}", "a.k", JSON_EDIT_STRICT, JSON_EDIT_E_NOT_OBJECT},
	{"{}", "a.k", JSON_EDIT_STRICT, JSON_EDIT_E_NO_PARENT},
	{"{\"a\":{}}", "a.b.k", JSON_EDIT_STRICT, JSON_EDIT_E_NO_PARENT},
	{"{\"k\":1,\"k\":2}", "k", JSON_EDIT_STRICT, JSON_EDIT_E_DUPLICATE},
	{"{\"k\":1,\"\\u006b\":2}", "k", JSON_EDIT_STRICT, JSON_EDIT_E_DUPLICATE},
	{"{\"a\":{},\"a\":{}}", "a.k", JSON_EDIT_STRICT, JSON_EDIT_E_DUPLICATE},
	/* twice, but not on the way: not ours to judge */
	{"{\"x\":1,\"x\":2}", "k", JSON_EDIT_STRICT, 0},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused_rows); i++) {
		struct json_path path = path_of(refused_rows[i].key);
		struct str out = {0};
		int r = json_edit_set(span_z(refused_rows[i].text), refused_rows[i].dialect, &path,
			span_z("1"), false, &out);

		if (r != refused_rows[i].set) {
			print_error("row %zu: %s\n", i, refused_rows[i].text);
		}
		assert_int_equal(r, refused_rows[i].set);
		str_finish(&out);
	}
}

static void test_deep_and_large(void **state)
{
	struct json_path path = path_of("k");
	struct str deep = {0}, out = {0};
	char *large = malloc(JSON_EDIT_MAX + 2);

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		assert_int_equal(str_append_z(&deep, "{\"a\":"), 0);
	}
	assert_int_equal(
		json_edit_remove((struct span){deep.p, deep.len}, JSON_EDIT_STRICT, &path, &out),
		JSON_EDIT_E_SYNTAX);
	assert_non_null(large);
	memset(large, ' ', JSON_EDIT_MAX + 1);
	large[0] = '{';
	large[JSON_EDIT_MAX] = '}';
	assert_int_equal(json_edit_remove((struct span){large, JSON_EDIT_MAX + 1}, JSON_EDIT_STRICT,
				 &path, &out),
		JSON_EDIT_E_SYNTAX);
	free(large);
	str_finish(&deep);
	str_finish(&out);
}

static void test_find(void **state)
{
	const char *text = "{\"a\": {\"b\": [1, 2], \"n\": null}, \"s\": \"x\"}";
	struct json_edit_found found;
	struct json_path path = path_of("a.b");

	(void)state;
	assert_int_equal(json_edit_find(span_z(text), JSON_EDIT_STRICT, &path, &found), 0);
	assert_true(span_eq(found.value, "[1, 2]"));
	path = path_of("a.n");
	assert_int_equal(json_edit_find(span_z(text), JSON_EDIT_STRICT, &path, &found), 0);
	assert_true(span_eq(found.value, "null"));
	path = path_of("a.x");
	assert_int_equal(json_edit_find(span_z(text), JSON_EDIT_STRICT, &path, &found), 0);
	assert_null(found.value.p);
	assert_int_equal(found.depth, 1);
	path = path_of("s.x");
	assert_int_equal(json_edit_find(span_z(text), JSON_EDIT_STRICT, &path, &found), 0);
	assert_null(found.value.p);
	assert_true(span_eq(found.last, "\"x\""));
}

static void test_strip(void **state)
{
	struct str out = {0};

	(void)state;
	assert_int_equal(json_edit_strip(span_z("// x\n{ \"a\" : [1, /* 2 */ \"//\",], \n}"),
				 JSON_EDIT_RELAXED, &out),
		0);
	assert_string_equal(out.p, "{\"a\":[1,\"//\"]}");
	str_finish(&out);
}

static void test_path(void **state)
{
	static const char *const good[] = {
		"a", "a.b", "policies.Preferences[\"a.b\"].Value", "[\"x y\"].z", "\xc3\xa9.b"};
	static const char *const bad[] = {"", ".", "a.", ".a", "a..b", "a[b]", "a[\"\"]", "a[\"b\"",
		"a\\b", "a\nb", "a b", "a.b.c.d.e.f.g.h.i", "a[\"b\"]c", "\xff"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct json_path path = path_of(good[i]);
		struct str out = {0};

		assert_int_equal(json_path_write(&path, path.n, &out), 0);
		assert_string_equal(out.p, good[i]);
		str_finish(&out);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct json_path path;

		assert_int_equal(json_path_parse(span_z(bad[i]), &path), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_deep_and_large),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_strip),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
