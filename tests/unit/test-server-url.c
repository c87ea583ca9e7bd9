/* SPDX-License-Identifier: Apache-2.0 */
#include "url.h"
#include "router.h"
#include "unit.h"

#include <string.h>

static int split(const char *target)
{
	struct span path, query;

	return url_split(span_z(target), &path, &query);
}

static void splits_path_and_query(void **state)
{
	struct span path, query;

	(void)state;
	assert_int_equal(url_split(span_z("/a/b?c=d?e"), &path, &query), 0);
	assert_true(span_eq(path, "/a/b"));
	assert_true(span_eq(query, "c=d?e"));
	assert_int_equal(url_split(span_z("/"), &path, &query), 0);
	assert_true(span_eq(path, "/"));
	assert_true(span_eq(query, ""));
	assert_int_equal(split("/a/"), 0);
}

static void refuses_paths(void **state)
{
	static const char *const wrong[] = {"", "a", "*", "?", "//", "//a", "/a//b", "/.", "/..",
		"/../a", "/a/..", "/a/./b", "/%61", "/a\\b", "/a b", "/a\tb", "/\x7f", "/\xc3\xa4",
		"/a#b", "http://a/b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(split(wrong[i]), URL_E_SYNTAX);
	}
	assert_int_equal(split("/..a/.b/c..d"), 0);
}

static void refuses_a_target_that_is_too_long(void **state)
{
	char target[URL_TARGET_MAX + 2];

	(void)state;
	memset(target, 'a', sizeof(target));
	target[0] = '/';
	target[URL_TARGET_MAX + 1] = 0;
	assert_int_equal(split(target), URL_E_SYNTAX);
	target[URL_TARGET_MAX] = 0;
	assert_int_equal(split(target), 0);
}

static int query(const char *text, struct url_query *ret)
{
	return url_parse_query(span_z(text), ret);
}

static void decodes_a_query(void **state)
{
	struct url_query q;

	(void)state;
	assert_int_equal(query("", &q), 0);
	assert_int_equal(q.n, 0);
	assert_int_equal(query("a=b&c=%41+%c3%A4%3d&d=", &q), 0);
	assert_int_equal(q.n, 3);
	assert_string_equal(q.params[0].value, "b");
	assert_string_equal(q.params[1].value, "A \xc3\xa4=");
	assert_string_equal(q.params[2].value, "");
}

static void refuses_queries(void **state)
{
	static const char *const wrong[] = {"a", "=b", "&", "a=b&", "&a=b", "a=b&&c=d", "a=%",
		"a=%4", "a=%4g", "a=%00", "a=%0a", "a=%7f", "a=\x01", "a=%ff", "a=%c3", "a=1&a=2",
		"a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9"};
	struct url_query q;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(query(wrong[i], &q), URL_E_SYNTAX);
	}
}

static void bounds_names_and_values(void **state)
{
	char text[URL_NAME_MAX + URL_VALUE_MAX + 4];
	struct url_query q;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[URL_NAME_MAX] = '=';
	text[URL_NAME_MAX + 1 + URL_VALUE_MAX] = 0;
	assert_int_equal(query(text, &q), 0);
	text[URL_NAME_MAX + 1 + URL_VALUE_MAX] = 'a';
	text[URL_NAME_MAX + 2 + URL_VALUE_MAX] = 0;
	assert_int_equal(query(text, &q), URL_E_SYNTAX);
	memset(text, 'a', sizeof(text));
	text[URL_NAME_MAX + 1] = '=';
	text[URL_NAME_MAX + 2] = 0;
	assert_int_equal(query(text, &q), URL_E_SYNTAX);
}

static void finds_a_cookie(void **state)
{
	static const struct {
		const char *header;
		const char *value;
	} rows[] = {
		{"s=1", "1"},
		{"a=b; s=1; c=d", "1"},
		{"a=b;s=1", "1"},
		{"", ""},
		{"s", ""},
		{"s=", ""},
		{"xs=1", ""},
		{"s=1; s=2", ""},
		{"S=1", ""},
		{"a=s=1", ""},
		{";;; s=1 ;", "1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(span_eq(url_find_cookie(span_z(rows[i].header), "s"), rows[i].value));
	}
}

static void compares_origins(void **state)
{
	(void)state;
	assert_true(url_same_origin(span_z("https://a:1"), span_z("a:1")));
	assert_false(url_same_origin(span_z("http://a:1"), span_z("a:1")));
	assert_false(url_same_origin(span_z("https://a:12"), span_z("a:1")));
	assert_false(url_same_origin(span_z("https://a"), span_z("a:1")));
	assert_false(url_same_origin(span_z("https://"), span_z("")));
	assert_false(url_same_origin(span_z(""), span_z("")));
	assert_false(url_same_origin(span_z("null"), span_z("null")));
}

static const struct api_route list = {.method = HTTP_GET, .path = "/v/things"};
static const struct api_route item = {.method = HTTP_GET, .path = "/v/things/{}"};
static const struct api_route gone = {.method = HTTP_DELETE, .path = "/v/things/{}"};
static const struct api_route *const routes[] = {&list, &item, &gone};

static const struct api_route *route(
	const char *path, enum http_method method, char *part, unsigned *methods)
{
	return router_find(routes, ARRAY_LEN(routes), span_z(path), method, part, methods);
}

/* RFC 9110 section 12.5.3, with its own examples */
static void knows_who_takes_gzip(void **state)
{
	static const char *const yes[] = {"gzip", "compress, gzip", "GZIP;q=1.0",
		"gzip;q=0.001, identity", "br , gzip ; q=0.5", "gzip, deflate, br, zstd"};
	static const char *const no[] = {"", "identity", "*", "gzip;q=0", "gzip; q=0.000", "x-gzip",
		"gzipp", "compress, identity", ";", ",,"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		assert_true(url_accepts_gzip(span_z(yes[i])));
	}
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		assert_false(url_accepts_gzip(span_z(no[i])));
	}
}

static void routes_by_path_and_method(void **state)
{
	char part[API_TEXT_MAX + 1], longer[200] = "/v/things/";
	unsigned methods;

	(void)state;
	assert_ptr_equal(route("/v/things", HTTP_GET, part, &methods), &list);
	assert_ptr_equal(route("/v/things/x.y", HTTP_HEAD, part, &methods), &item);
	assert_string_equal(part, "x.y");
	assert_ptr_equal(route("/v/things/x", HTTP_DELETE, part, &methods), &gone);
	assert_null(route("/v/things/x", HTTP_POST, part, &methods));
	assert_string_equal(router_allow(methods), "GET, HEAD, DELETE");
	for (size_t i = 0; i < 6; i++) {
		static const char *const none[] = {
			"/", "/v", "/v/things/", "/v/things/x/", "/v/things/x/y", "/w/things"};

		assert_null(route(none[i], HTTP_GET, part, &methods));
		assert_int_equal(methods, 0);
	}
	memset(longer + 10, 'a', API_TEXT_MAX + 1);
	assert_null(route(longer, HTTP_GET, part, &methods));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_path_and_query),
		cmocka_unit_test(refuses_paths),
		cmocka_unit_test(refuses_a_target_that_is_too_long),
		cmocka_unit_test(decodes_a_query),
		cmocka_unit_test(refuses_queries),
		cmocka_unit_test(bounds_names_and_values),
		cmocka_unit_test(finds_a_cookie),
		cmocka_unit_test(compares_origins),
		cmocka_unit_test(knows_who_takes_gzip),
		cmocka_unit_test(routes_by_path_and_method),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
