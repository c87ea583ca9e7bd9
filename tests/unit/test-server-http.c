/* SPDX-License-Identifier: Apache-2.0 */
/* The right answers are those of RFC 9112; where it leaves a choice, the stricter one. */
#include "http-inbox.h"
#include "unit.h"

#include <string.h>

#define HOST "Host: school\r\n"

static int take(const char *text, struct http_inbox *inbox, struct http_request *ret_request)
{
	*inbox = (struct http_inbox){0};
	assert_int_equal(http_inbox_add(inbox, span_z(text)), 0);
	return http_inbox_take(inbox, ret_request);
}

static int outcome(const char *text)
{
	struct http_inbox inbox;
	struct http_request request;
	int r = take(text, &inbox, &request);

	http_inbox_finish(&inbox);
	return r;
}

static int outcome_of_fields(const char *fields)
{
	struct str text = {0};
	int r = str_appendf(&text, "POST /a HTTP/1.1\r\n" HOST "%s\r\n", fields);

	assert_int_equal(r, 0);
	r = outcome(text.p);
	str_finish(&text);
	return r;
}

static void reads_a_request(void **state)
{
	struct http_inbox inbox;
	struct http_request request;

	(void)state;
	assert_int_equal(take("POST /a?b HTTP/1.1\r\nhOST:\tschool \r\nCookie: c=d\r\n"
			      "Content-Length: 3\r\nOrigin:\r\n\r\nxyzGET",
				 &inbox, &request),
		0);
	assert_int_equal(request.method, HTTP_POST);
	assert_true(span_eq(request.target, "/a?b"));
	assert_true(span_eq(request.host, "school"));
	assert_true(span_eq(request.cookie, "c=d"));
	assert_true(span_eq(request.origin, "") && span_eq(request.authorization, ""));
	assert_true(span_eq(request.body, "xyz"));
	assert_false(inbox.head.closes);
	http_inbox_forget(&inbox);
	assert_int_equal(http_inbox_take(&inbox, &request), HTTP_HEAD_E_MORE);
	assert_int_equal(inbox.len, 3);
	http_inbox_finish(&inbox);
}

static void takes_chunks_apart(void **state)
{
	struct http_inbox inbox;
	struct http_request request;

	(void)state;
	assert_int_equal(take("POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
			      "3;name=value\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\nG",
				 &inbox, &request),
		0);
	assert_true(span_eq(request.body, "abc0123456789"));
	http_inbox_forget(&inbox);
	assert_int_equal(inbox.len, 1);
	http_inbox_finish(&inbox);
}

static void refuses_chunks(void **state)
{
	static const struct {
		const char *body;
		int status;
	} rows[] = {
		{"x\r\n", 400},
		{"\r\n", 400},
		{"-1\r\n", 400},
		{" 1\r\na\r\n", 400},
		{"1 \r\na\r\n", 400},
		{"0x1\r\na\r\n", 400},
		{"1\na\r\n", 400},
		{"1\r\nab\r\n", 400},
		{"1\r\na\n", 400},
		{"0\r\nTrailer: x\r\n\r\n", 400},
		{"000000001\r\na\r\n", 413},
		{"fffffff\r\n", 413},
		{"1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 400},
		{"1\r\na\r\n0\r\n", HTTP_HEAD_E_MORE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str text = {0};

		assert_int_equal(
			str_appendf(&text,
				"POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n%s",
				rows[i].body),
			0);
		assert_int_equal(outcome(text.p), rows[i].status);
		str_finish(&text);
	}
}

static void refuses_what_has_two_readings(void **state)
{
	static const char *const fields[] = {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
		"Content-Length: +5\r\n", "Content-Length: 5x\r\n", "Content-Length:\r\n",
		"Content-Length : 5\r\n", " Content-Length: 5\r\n", "Host: other\r\n", ": x\r\n",
		"A\r\n", "A: b\rc\r\n", "A: b\x7f\r\n", "A: b\nC: d\r\n", "A B: c\r\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		assert_int_equal(outcome_of_fields(fields[i]), 400);
	}
	assert_int_equal(outcome_of_fields("Transfer-Encoding: gzip, chunked\r\n"), 501);
	assert_int_equal(outcome_of_fields("Expect: miracles\r\n"), 417);
	assert_int_equal(outcome_of_fields("Content-Length: 99999999999999999999\r\n"), 413);
	assert_int_equal(outcome_of_fields("Content-Length: 196609\r\n"), 413);
	assert_int_equal(outcome_of_fields("Content-Length: 5\r\n"), HTTP_HEAD_E_MORE);
}

static void refuses_request_lines(void **state)
{
	static const struct {
		const char *line;
		int status;
	} rows[] = {
		{"GET /", 400},
		{"GET", 400},
		{"GET  / HTTP/1.1", 400},
		{"GET / HTTP/1.1 ", 400},
		{" GET / HTTP/1.1", 400},
		{"G(T / HTTP/1.1", 400},
		{"GET /\x80 HTTP/1.1", 400},
		{"GET / http/1.1", 400},
		{"GET / HTTP/1.10", 400},
		{"GET / HTTP/2.0", 505},
		{"GET / HTTP/1.2", 505},
		{"BREW / HTTP/1.1", 0},
		{"GET * HTTP/1.1", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str text = {0};

		assert_int_equal(str_appendf(&text, "%s\r\n" HOST "\r\n", rows[i].line), 0);
		assert_int_equal(outcome(text.p), rows[i].status);
		str_finish(&text);
	}
}

static void knows_when_a_connection_ends(void **state)
{
	static const struct {
		const char *text;
		bool closes;
	} rows[] = {
		{"GET / HTTP/1.1\r\n" HOST "\r\n", false},
		{"GET / HTTP/1.1\r\n" HOST "Connection: keep-alive , CLOSE\r\n\r\n", true},
		{"GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", false},
		{"GET / HTTP/1.0\r\n\r\n", true},
		{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_inbox inbox;
		struct http_request request;

		assert_int_equal(take(rows[i].text, &inbox, &request), 0);
		assert_int_equal(inbox.head.closes, rows[i].closes);
		http_inbox_finish(&inbox);
	}
	assert_int_equal(outcome("GET / HTTP/1.1\r\n\r\n"), 400);
	assert_int_equal(outcome("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

/* A field that came twice counts as none, so that nobody picks the one that suits. */
static void what_comes_twice_is_empty(void **state)
{
	struct http_inbox inbox;
	struct http_request request;

	(void)state;
	assert_int_equal(
		take("GET / HTTP/1.1\r\n" HOST "Cookie: a\r\nCookie: b\r\n\r\n", &inbox, &request),
		0);
	assert_true(span_eq(request.cookie, ""));
	http_inbox_finish(&inbox);
}

static void refuses_too_much(void **state)
{
	struct str text = {0};

	(void)state;
	assert_int_equal(str_append_z(&text, "GET / HTTP/1.1\r\n" HOST), 0);
	for (int i = 0; i < HTTP_FIELDS_MAX; i++) {
		assert_int_equal(str_append_z(&text, "A: b\r\n"), 0);
	}
	assert_int_equal(outcome(text.p), HTTP_HEAD_E_MORE);
	assert_int_equal(str_append_z(&text, "\r\n"), 0);
	assert_int_equal(outcome(text.p), 431);
	str_clear(&text);
	assert_int_equal(str_append_z(&text, "GET /"), 0);
	while (text.len <= HTTP_HEADERS_MAX) {
		assert_int_equal(str_append_char(&text, 'a'), 0);
	}
	assert_int_equal(outcome(text.p), 431);
	str_finish(&text);
}

static void waits_to_be_told_to_go_on(void **state)
{
	struct http_inbox inbox;
	struct http_request request;

	(void)state;
	assert_int_equal(
		take("POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
			&inbox, &request),
		HTTP_HEAD_E_MORE);
	assert_true(http_inbox_expects(&inbox));
	assert_int_equal(http_inbox_add(&inbox, span_z("a")), 0);
	assert_false(http_inbox_expects(&inbox));
	http_inbox_finish(&inbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_request),
		cmocka_unit_test(takes_chunks_apart),
		cmocka_unit_test(refuses_chunks),
		cmocka_unit_test(refuses_what_has_two_readings),
		cmocka_unit_test(refuses_request_lines),
		cmocka_unit_test(knows_when_a_connection_ends),
		cmocka_unit_test(what_comes_twice_is_empty),
		cmocka_unit_test(refuses_too_much),
		cmocka_unit_test(waits_to_be_told_to_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
