/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-message.h"

#include "mail.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES 57 /* 76 characters in base64 (RFC 2045, section 6.8) */
#define WORD_BYTES 42 /* 56 in base64: an encoded word is at most 75 (RFC 2047, section 2) */
#define ENCODED_MAX 80

static int append_base64(struct str *out, struct span bytes)
{
	unsigned char text[ENCODED_MAX];
	int len = EVP_EncodeBlock(text, (const unsigned char *)bytes.p, (int)bytes.len);

	return str_append(out, (const char *)text, (size_t)len);
}

/* How many of the first most bytes are whole characters */
static size_t whole(struct span text, size_t most)
{
	size_t len = text.len < most ? text.len : most;

	while (len > 0 && len < text.len && ((unsigned char)text.p[len] & 0xc0) == 0x80) {
		len--;
	}
	return len;
}

/* An encoded word each line, each of whole characters */
static int append_subject(struct str *out, struct span subject)
{
	int r = str_append_z(out, "Subject:");

	while (r == 0 && subject.len > 0) {
		size_t len = whole(subject, WORD_BYTES);

		r = str_append_z(out, " =?UTF-8?B?");
		r = r != 0 ? r : append_base64(out, (struct span){subject.p, len});
		subject.p += len;
		subject.len -= len;
		r = r != 0 ? r : str_append_z(out, subject.len > 0 ? "?=\r\n" : "?=");
	}
	return r != 0 ? r : str_append_z(out, "\r\n");
}

/* RFC 5322, section 3.3, whatever the locale */
static int append_date(struct str *out, int64_t at_s)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t at = (time_t)at_s;
	struct tm tm;

	if (!gmtime_r(&at, &tm)) {
		return -EINVAL;
	}
	return str_appendf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
		tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static int append_head(struct str *out, const struct mail_message *message)
{
	int r = str_appendf(out, "From: <%s>\r\nTo: <%s>\r\n", message->from, message->to);

	r = r != 0 ? r : append_subject(out, message->subject);
	r = r != 0 ? r : append_date(out, message->at_s);
	r = r != 0 ? r
		   : str_appendf(out, "Message-ID: <%s%s>\r\n", message->id,
			     strchr(message->from, '@'));
	return r != 0 ? r
		      : str_append_z(out, "Auto-Submitted: auto-generated\r\n"
					  "MIME-Version: 1.0\r\n"
					  "Content-Type: text/plain; charset=utf-8\r\n"
					  "Content-Transfer-Encoding: base64\r\n\r\n");
}

/* Text has CRLF before it is encoded, too (RFC 2045, section 6.8). */
static int append_crlf(struct str *out, struct span body)
{
	struct span line;
	int r = 0;

	while (r == 0 && span_next(&body, '\n', &line)) {
		r = str_append(out, line.p, line.len);
		r = r != 0 || !body.p ? r : str_append_z(out, "\r\n");
	}
	return r;
}

static int append_body(struct str *out, struct span body)
{
	cleanup(str_finish) struct str text = {.max = MAIL_MESSAGE_MAX};
	int r = append_crlf(&text, body);

	for (size_t at = 0; r == 0 && at < text.len; at += LINE_BYTES) {
		size_t left = text.len - at;

		r = append_base64(
			out, (struct span){text.p + at, left < LINE_BYTES ? left : LINE_BYTES});
		r = r != 0 ? r : str_append_z(out, "\r\n");
	}
	return r;
}

int mail_message_write(const struct mail_message *message, struct str *out)
{
	int r;

	if (!mail_address_valid(message->from) || !mail_address_valid(message->to) ||
		!utf8_valid(message->subject) || !utf8_valid(message->body)) {
		return -EINVAL;
	}
	r = append_head(out, message);
	return r != 0 ? r : append_body(out, message->body);
}
