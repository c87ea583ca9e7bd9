/* SPDX-License-Identifier: Apache-2.0 */
#include "spool.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

static void test_names(void **state)
{
	static const char *const bad[] = {"", "report", "1.report", "000000001.report",
		"00000001.reports", "00000001.", "00000001report", "0000000a.report",
		"-0000001.report", "00000001.report ", "../00001.report", "00000001.reply"};
	enum spool_kind kind;
	int64_t number;

	(void)state;
	for (int64_t n = 0; n <= SPOOL_NUMBER_MAX; n = n * 7 + 1) {
		for (int k = 0; k < SPOOL_KIND_COUNT; k++) {
			struct spool_name name = spool_name_format(n, (enum spool_kind)k);

			assert_int_equal(spool_name_parse(span_z(name.text), &number, &kind), 0);
			assert_int_equal(number, n);
			assert_int_equal((int)kind, k);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(spool_name_parse(span_z(bad[i]), &number, &kind), -EINVAL);
	}
	assert_int_equal(spool_reply_name_parse(span_z("00000042.reply"), &number), 0);
	assert_int_equal(number, 42);
	assert_int_equal(spool_reply_name_parse(span_z("00000042.report"), &number), -EINVAL);
	assert_string_equal(spool_reply_name_format(7).text, "00000007.reply");
}

#define PIN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void test_endpoint(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"{\"format\":1,\"pins\":[],\"url\":\"https://a\"}",
		"{\"format\":2,\"pins\":[\"" PIN "\"],\"url\":\"https://a\"}",
		"{\"format\":1,\"pins\":[\"" PIN "\"],\"url\":\"http://a\"}",
		"{\"format\":1,\"pins\":[\"" PIN "\"],\"url\":\"https://a@b\"}",
		"{\"format\":1,\"pins\":[\"" PIN "\"],\"url\":\"https://a/b\"}",
		"{\"format\":1,\"pins\":[\"" PIN "A\"],\"url\":\"https://a\"}",
		"{\"format\":1,\"pins\":[\"" PIN "\",\"" PIN "\",\"" PIN
		"\"],\"url\":\"https://a\"}",
		"{\"format\":1,\"pins\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;\"],"
		"\"url\":\"https://a\"}",
		"{\"format\":1,\"pins\":[1],\"url\":\"https://a\"}",
		"{\"format\":1,\"more\":1,\"pins\":[\"" PIN "\"],\"url\":\"https://a\"}",
	};
	static const char good[] =
		"{\"format\":1,\"pins\":[\"" PIN "\"],\"url\":\"https://a:8443\"}";
	cleanup(str_finish) struct str text = {0};
	struct spool_endpoint endpoint;
	struct json_error error;

	(void)state;
	assert_int_equal(spool_endpoint_parse(span_z(good), &endpoint, &error), 0);
	assert_string_equal(endpoint.url, "https://a:8443");
	assert_int_equal(endpoint.pins.n, 1);
	assert_int_equal(spool_endpoint_write(&endpoint, &text), 0);
	assert_string_equal(text.p, good);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(spool_endpoint_parse(span_z(bad[i]), &endpoint, &error), -EBADMSG);
	}
}

static void check_round_trip(const struct spool_reply *reply)
{
	cleanup(spool_reply_finish) struct spool_reply back = {0};
	cleanup(str_finish) struct str text = {.max = SPOOL_REPLY_MAX};

	assert_int_equal(spool_reply_write(reply, &text), 0);
	assert_int_equal(spool_reply_parse((struct span){text.p, text.len}, &back, NULL), 0);
	assert_int_equal(back.status, reply->status);
	assert_int_equal((int)back.error, (int)reply->error);
	assert_int_equal(back.body_len, reply->body_len);
	if (reply->body) {
		assert_memory_equal(back.body, reply->body, reply->body_len);
		assert_int_equal(back.retry_after_s, reply->retry_after_s);
	}
}

static void test_reply(void **state)
{
	char body[] = "{\"accepted\":1}\n\xc3\xa9\x01";
	struct spool_reply reply = {.status = 200, .body = body, .body_len = sizeof(body) - 1};

	(void)state;
	check_round_trip(&reply);
	reply.body_len = 0;
	check_round_trip(&reply);
	reply.status = 429;
	reply.retry_after_s = SPOOL_RETRY_AFTER_MAX_S;
	check_round_trip(&reply);
	for (int e = SPOOL_ERROR_NONE + 1; e < SPOOL_ERROR_COUNT; e++) {
		const struct spool_reply failed = {.error = (enum spool_error)e};

		check_round_trip(&failed);
	}
}

static void test_reply_bad(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"null",
		"{\"format\":1}",
		"{\"format\":1,\"status\":0}",
		"{\"error\":\"none\",\"format\":1,\"status\":0}",
		"{\"error\":\"other\",\"format\":1,\"status\":0}",
		"{\"error\":\"timeout\",\"format\":1,\"status\":200}",
		"{\"body\":\"\",\"format\":2,\"status\":200}",
		"{\"body\":\"\",\"format\":1,\"status\":99}",
		"{\"body\":\"\",\"format\":1,\"status\":600}",
		"{\"body\":\"\",\"format\":1,\"status\":-1}",
		"{\"body\":\"\",\"format\":1,\"retry_after\":-1,\"status\":429}",
		"{\"body\":\"\",\"format\":1,\"retry_after\":21601,\"status\":429}",
		"{\"body\":\"\",\"format\":1,\"retry_after\":\"1\",\"status\":429}",
		"{\"body\":1,\"format\":1,\"status\":200}",
		"{\"body\":\"a\\u0000b\",\"format\":1,\"status\":200}",
		"{\"body\":\"\",\"format\":1,\"status\":200}x",
		"{\"body\":\"\",\"body\":\"\",\"format\":1,\"status\":200}",
	};
	char binary[] = "\xff\xfe";
	const struct spool_reply reply = {.status = 200, .body = binary, .body_len = 2};
	cleanup(str_finish) struct str text = {.max = SPOOL_REPLY_MAX};
	struct spool_reply ret;
	struct json_error error;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(spool_reply_parse(span_z(bad[i]), &ret, &error), -EBADMSG);
	}
	assert_int_equal(spool_reply_write(&reply, &text), -EILSEQ);
}

/* A body of control characters alone takes six bytes each once it is written. */
static void test_reply_grows(void **state)
{
	cleanup(free_ptr) char *body = malloc(SPOOL_BODY_MAX);
	cleanup(str_finish) struct str text = {.max = SPOOL_REPLY_MAX};
	struct spool_reply reply = {.status = 200, .body = body, .body_len = SPOOL_BODY_MAX};

	(void)state;
	assert_non_null(body);
	memset(body, 1, SPOOL_BODY_MAX);
	assert_int_equal(spool_reply_write(&reply, &text), -ENOSPC);
	str_clear(&text);
	memset(body, 'a', SPOOL_BODY_MAX);
	assert_int_equal(spool_reply_write(&reply, &text), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_endpoint),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_reply_bad),
		cmocka_unit_test(test_reply_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
