/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One mail as bytes: RFC 5322 with lines of at most 78 characters, UTF-8 in base64 (RFC 2045,
 * 2047), marked as sent by a program (RFC 3834). Pure.
 */
#pragma once

#include "str.h"

#define MAIL_MESSAGE_MAX ((size_t)256 << 10)

struct mail_message {
	const char *from, *to; /* as mail_address_valid takes them */
	const char *id;	       /* random; before the @ of its Message-ID, behind which from's is */
	struct span subject;   /* UTF-8 */
	struct span body;      /* UTF-8, lines that end in \n */
	int64_t at_s;
};
/* -EINVAL for an address that is none, or what is not UTF-8 */
must_check int mail_message_write(const struct mail_message *message, struct str *out);
