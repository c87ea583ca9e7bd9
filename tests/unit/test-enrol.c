/* SPDX-License-Identifier: Apache-2.0 */
#include "enrol.h"
#include "base64.h"
#include "unit.h"

#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define TOKEN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define FIELDS(key, pins, token, url) \
	"{\"key\":\"" key "\",\"pins\":" pins ",\"token\":\"" token "\",\"url\":\"" url "\"}"

static void write_and_read_again(void **state)
{
	struct enrol enrol = {
		.url = "https://school.example:8443",
		.key = HASH,
		.pins = {{HASH, HASH}, 2},
		.token = TOKEN,
	};
	cleanup(str_finish) struct str text = {0};
	cleanup(str_finish) struct str line = {0};
	struct enrol back;

	(void)state;
	assert_int_equal(enrol_write(&enrol, &text), 0);
	assert_memory_equal(text.p, "caretaker1.", 11);
	assert_true(text.len <= ENROL_TEXT_MAX);
	assert_int_equal(enrol_parse((struct span){text.p, text.len}, &back, NULL), 0);
	assert_memory_equal(&back, &enrol, sizeof(back));
	/* as it comes out of a letter or a file */
	assert_int_equal(str_appendf(&line, " \t%s\r\n", text.p), 0);
	assert_int_equal(enrol_parse((struct span){line.p, line.len}, &back, NULL), 0);
}

static void only_valid_fields_are_written(void **state)
{
	struct enrol good = {.url = "https://a", .key = HASH, .pins = {{HASH}, 1}, .token = TOKEN};
	struct enrol wrong[] = {good, good, good, good, good};
	cleanup(str_finish) struct str text = {0};

	(void)state;
	wrong[0].url[4] = ':';
	wrong[1].key[0] = '"';
	wrong[2].pins.n = 0;
	wrong[3].pins.list[0][42] = '\0';
	wrong[4].token[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(enrol_write(&wrong[i], &text), -EBADMSG);
	}
	assert_null(text.p);
}

static void urls_are_a_host_and_a_port(void **state)
{
	static const char *const right[] = {"https://localhost:8443", "https://school.example",
		"https://10.0.0.1:1", "https://[::1]", "https://[2001:db8::7]:65535",
		"https://A-b.c"};
	static const char *const wrong[] = {"", "https://", "http://a", "HTTPS://a", "https://a/",
		"https://a/b", "https://a?b", "https://a#b", "https://u@a", "https://u:p@a",
		"https://a:", "https://a:0", "https://a:080", "https://a:65536", "https://a:1:2",
		"https://a:+1", "https://:1", "https://.a", "https://a.", "https://a..b",
		"https://-a", "https://a-", "https://a b", "https://a\n", "https://[::1",
		"https://[]", "https://[::1]x", "https://[::1]:", "https://[::1]:0",
		"https://[fe80::1%eth0]", "https://\xc3\xa9", "https://a_b", " https://a"};
	cleanup(str_finish) struct str longest = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		assert_true(enrol_url_valid(span_z(right[i])));
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_false(enrol_url_valid(span_z(wrong[i])));
	}
	assert_int_equal(str_append_z(&longest, "https://"), 0);
	while (longest.len <= ENROL_URL_MAX) {
		assert_int_equal(str_append_z(&longest, "a."), 0);
	}
	assert_int_equal(str_append_z(&longest, "a"), 0);
	assert_false(enrol_url_valid((struct span){longest.p, longest.len}));
}

static void torn_strings_say_what_is_wrong(void **state)
{
	static const struct {
		const char *json, *where;
	} rows[] = {
		{"{}", "key"},
		{"[]", ""},
		{"{", "offset 1"},
		{FIELDS("short", "[\"" HASH "\"]", TOKEN, "https://a"), "key"},
		{FIELDS(HASH, "[]", TOKEN, "https://a"), "pins"},
		{FIELDS(HASH, "[\"" HASH "\",\"" HASH "\",\"" HASH "\"]", TOKEN, "https://a"),
			"pins"},
		{FIELDS(HASH, "[\"x\"]", TOKEN, "https://a"), "pins"},
		{FIELDS(HASH, "[1]", TOKEN, "https://a"), "pins"},
		{FIELDS(HASH, "\"" HASH "\"", TOKEN, "https://a"), "pins"},
		{FIELDS(HASH, "[\"" HASH "\"]", "x", "https://a"), "token"},
		{FIELDS(HASH, "[\"" HASH "\"]", TOKEN, "https://a/b"), "url"},
		{FIELDS(HASH, "[\"" HASH "\"]", TOKEN, "http://a"), "url"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(str_finish) struct str text = {0};
		struct json_error error = {0};
		struct enrol enrol;

		assert_int_equal(str_append_z(&text, "caretaker1."), 0);
		assert_int_equal(base64url_append(&text, rows[i].json, strlen(rows[i].json)), 0);
		assert_int_equal(
			enrol_parse((struct span){text.p, text.len}, &enrol, &error), -EBADMSG);
		assert_string_equal(error.where, rows[i].where);
		assert_non_null(error.what);
	}
}

static void other_text_is_refused(void **state)
{
	static const char *const rows[] = {"", "caretaker1", "caretaker1.", "caretaker1.e",
		"caretaker1.e30=", "caretaker2.e30", "caretaker1.e 30", "https://school.example",
		" \n"};
	cleanup(str_finish) struct str longest = {0};
	struct enrol enrol;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(enrol_parse(span_z(rows[i]), &enrol, NULL), -EBADMSG);
	}
	assert_int_equal(enrol_parse((struct span){NULL, 0}, &enrol, NULL), -EBADMSG);
	assert_int_equal(str_append_z(&longest, "caretaker1."), 0);
	while (longest.len <= ENROL_TEXT_MAX) {
		assert_int_equal(str_append_char(&longest, 'A'), 0);
	}
	assert_int_equal(
		enrol_parse((struct span){longest.p, longest.len}, &enrol, NULL), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(write_and_read_again),
		cmocka_unit_test(only_valid_fields_are_written),
		cmocka_unit_test(urls_are_a_host_and_a_port),
		cmocka_unit_test(torn_strings_say_what_is_wrong),
		cmocka_unit_test(other_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
