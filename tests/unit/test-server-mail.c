/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-message.h"
#include "mail.h"

#include "unit.h"

#define NOW ((int64_t)1800000000)
#define HOUR_S ((int64_t)3600)
#define LINE_MOST 78 /* RFC 5322, section 2.1.1 */

static void test_nothing_but_a_plain_mailbox_is_one(void **state)
{
	static const char *const good[] = {
		"a@b", "privacy@school.example", "a.b+c_d-e@x-1.example"};
	static const char *const bad[] = {"", "@", "a", "a@", "@b", "a@b@c", "a b@c", "a@b c",
		"a@b\r\nBcc: c@d", "a\n@b", "a@b\n", "<a@b>", "\"a\"@b", "a'b@c", "a@b\t",
		"\xc3\xa9@b", "a@\xc3\xa9", "a..b@c", ".a@b", "a.@b", "-a@b", "a@-b", "a@b-",
		"a@b.", "a@.b", "a@b..c", "a@b,c@d", "a@b;c", "a@[127.0.0.1]", "a\x7f@b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(mail_address_valid(good[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(mail_address_valid(bad[i]));
	}
}

static void test_lengths_have_bounds(void **state)
{
	char text[MAIL_ADDRESS_MAX + 8];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + MAIL_LOCAL_MAX, "@b", 3);
	assert_true(mail_address_valid(text));
	memset(text, 'a', sizeof(text));
	memcpy(text + MAIL_LOCAL_MAX + 1, "@b", 3);
	assert_false(mail_address_valid(text));
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = i % 2 == 0 ? 'a' : '.';
	}
	text[1] = '@';
	text[MAIL_ADDRESS_MAX - 1] = 0;
	assert_true(mail_address_valid(text));
	text[MAIL_ADDRESS_MAX - 1] = 'b';
	text[MAIL_ADDRESS_MAX] = 'b';
	text[MAIL_ADDRESS_MAX + 1] = 0;
	assert_false(mail_address_valid(text));
}

static void test_a_relay_is_a_scheme_a_host_and_a_port(void **state)
{
	static const char *const good[] = {
		"smtps://relay", "smtp://mail.school.example:587", "smtps://10.0.0.1:65535"};
	static const char *const bad[] = {"", "relay", "smtps:", "smtps://", "smtps://a/",
		"smtps://u@a", "smtps://u:p@a", "smtps://a:", "smtps://a:0", "smtps://a:65536",
		"smtps://a:+1", "smtps://a:1:2", "smtps://a b", "smtps://a\r\nQUIT", "smtps://a?b",
		"smtps://a#b", "http://a", "smtps://a..b", "smtps://-a", "smtps://[::1]"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(mail_server_valid(good[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(mail_server_valid(bad[i]));
	}
}

static void write_message(const char *subject, const char *body, struct str *out)
{
	const struct mail_message message = {"from@school.example", "to@school.example", "id",
		span_z(subject), span_z(body), NOW};

	str_clear(out);
	assert_int_equal(mail_message_write(&message, out), 0);
}

static void assert_lines(const struct str *text)
{
	struct span rest = {text->p, text->len}, line;

	assert_true(text->len > 2 && memcmp(text->p + text->len - 2, "\r\n", 2) == 0);
	while (span_next(&rest, '\n', &line)) {
		assert_true(line.len <= LINE_MOST + 1);
		assert_true(!rest.p || (line.len > 0 && line.p[line.len - 1] == '\r'));
		for (size_t i = 0; i < line.len; i++) {
			assert_true((unsigned char)line.p[i] < 0x7f);
		}
	}
}

static void test_a_message_is_what_rfc_5322_wants(void **state)
{
	cleanup(str_finish) struct str text = {.max = MAIL_MESSAGE_MAX};

	(void)state;
	write_message("Hi", "a\nb\n", &text);
	assert_string_equal(text.p, "From: <from@school.example>\r\nTo: <to@school.example>\r\n"
				    "Subject: =?UTF-8?B?SGk=?=\r\n"
				    "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"
				    "Message-ID: <id@school.example>\r\n"
				    "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
				    "Content-Type: text/plain; charset=utf-8\r\n"
				    "Content-Transfer-Encoding: base64\r\n\r\nYQ0KYg0K\r\n");
	write_message("Hi", "", &text);
	assert_non_null(strstr(text.p, "base64\r\n\r\n"));
}

static void test_nothing_in_it_ends_a_header_or_the_mail(void **state)
{
	cleanup(str_finish) struct str text = {.max = MAIL_MESSAGE_MAX};

	(void)state;
	write_message("a\r\nBcc: x@y", "\n.\n\nQUIT\n", &text);
	assert_lines(&text);
	assert_null(strstr(text.p, "Bcc"));
	assert_null(strstr(text.p, "\r\n.\r\n"));
}

/* Encoded words are cut between characters: each alone is UTF-8. */
static void test_long_and_foreign_text_is_cut_between_characters(void **state)
{
	cleanup(str_finish) struct str text = {.max = MAIL_MESSAGE_MAX}, long_text = {0};
	static const char *const pieces[] = {"x", "\xc5\xbc", "\xe5\xad\xb8", "\xf0\x9f\x8f\xab"};

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		assert_int_equal(str_append_z(&long_text, pieces[i % ARRAY_LEN(pieces)]), 0);
	}
	write_message(long_text.p, long_text.p, &text);
	assert_lines(&text);
	assert_null(strstr(text.p, "?B?"
				   "?="));
	for (const char *p = text.p; (p = strstr(p, "?B?")) != NULL; p++) {
		/* The first byte of a word is no continuation: 0x80 to 0xbf is g to v in base64. */
		assert_false(p[3] >= 'g' && p[3] <= 'v');
	}
}

static void test_what_is_no_address_or_no_text_is_refused(void **state)
{
	cleanup(str_finish) struct str text = {.max = MAIL_MESSAGE_MAX};
	struct mail_message message = {"a@b", "c@d\r\nX: y", "id", span_z("s"), span_z("b"), NOW};

	(void)state;
	assert_int_equal(mail_message_write(&message, &text), -EINVAL);
	message.to = "c@d";
	message.subject = span_z("\xff");
	assert_int_equal(mail_message_write(&message, &text), -EINVAL);
	message.subject = span_z("s");
	message.body = span_z("\xc3");
	assert_int_equal(mail_message_write(&message, &text), -EINVAL);
	assert_int_equal(text.len, 0);
}

static void test_when_it_is_time(void **state)
{
	static const struct {
		struct mail_times times;
		bool news, wanted;
	} rows[] = {
		{{0, 0, 0}, true, true},
		{{0, 0, 0}, false, true},
		{{NOW - HOUR_S, 0, 0}, true, false},
		{{NOW - MAIL_GAP_S, 0, 0}, true, true},
		{{NOW - MAIL_GAP_S, 0, 0}, false, false},
		{{NOW - MAIL_AGAIN_S + 1, 0, 0}, false, false},
		{{NOW - MAIL_AGAIN_S, 0, 0}, false, true},
		/* failed before */
		{{0, NOW + 1, 3}, true, false},
		{{0, NOW, 3}, true, true},
		{{NOW - MAIL_AGAIN_S, NOW + MAIL_WAIT_MOST_S, 9}, true, false},
		/* the clock was set back */
		{{NOW + HOUR_S, 0, 0}, true, false},
		{{NOW + MAIL_GAP_S, 0, 0}, false, true},
		{{0, NOW + MAIL_WAIT_MOST_S + 1, 9}, true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(mail_is_time(&rows[i].times, NOW, rows[i].news), rows[i].wanted);
	}
}

static void test_news_are_whole_keys(void **state)
{
	cleanup(str_finish) struct str left = {.max = MAIL_TOLD_MAX};
	const struct span none = {NULL, 0};

	(void)state;
	assert_false(mail_has_news(none, none));
	assert_true(mail_has_news(none, span_z("a\n")));
	assert_false(mail_has_news(span_z("a\nb\n"), span_z("b\n")));
	assert_true(mail_has_news(span_z("breach 12 running\n"), span_z("breach 1 running\n")));
	assert_int_equal(mail_still_due(span_z("a\nb\nc\n"), span_z("c\na\nd\n"), &left), 0);
	assert_string_equal(left.p, "a\nc\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_but_a_plain_mailbox_is_one),
		cmocka_unit_test(test_lengths_have_bounds),
		cmocka_unit_test(test_a_relay_is_a_scheme_a_host_and_a_port),
		cmocka_unit_test(test_a_message_is_what_rfc_5322_wants),
		cmocka_unit_test(test_nothing_in_it_ends_a_header_or_the_mail),
		cmocka_unit_test(test_long_and_foreign_text_is_cut_between_characters),
		cmocka_unit_test(test_what_is_no_address_or_no_text_is_refused),
		cmocka_unit_test(test_when_it_is_time),
		cmocka_unit_test(test_news_are_whole_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
