/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two directories that caretakerd and caretaker-courier share: names of items and replies, the
 * endpoint file, and the reply. ARCHITECTURE.md, "Outbox and inbox".
 */
#pragma once

#include "enrol.h"
#include "json.h"
#include "pins.h"

#define SPOOL_OUTBOX "outbox"
#define SPOOL_INBOX "inbox"
#define SPOOL_ENDPOINT "endpoint.json"
#define SPOOL_WAKE "wake"

#define SPOOL_ENDPOINT_MAX ((size_t)4 << 10)
#define SPOOL_ITEM_MAX ((size_t)128 << 10)	       /* bytes of a JWS in the outbox */
#define SPOOL_BODY_MAX ((size_t)1 << 20)	       /* bytes of an answer's body */
#define SPOOL_REPLY_MAX (SPOOL_BODY_MAX + (256 << 10)) /* bytes of a reply file */
#define SPOOL_RETRY_AFTER_MAX_S INT64_C(21600) /* what a server may ask for; longer is this */
#define SPOOL_NUMBER_MAX INT64_C(99999999)

enum spool_kind { SPOOL_ENROL, SPOOL_REPORT, SPOOL_LEAVE };
#define SPOOL_KIND_COUNT 3

#define SPOOL_NAME_LEN 16 /* "NNNNNNNN.report" and its end */
struct spool_name {
	char text[SPOOL_NAME_LEN];
};

/* 0 when name is "NNNNNNNN.KIND"; -EINVAL for any other file of the outbox */
must_check int spool_name_parse(struct span name, int64_t *ret_number, enum spool_kind *ret_kind);
struct spool_name spool_name_format(int64_t number, enum spool_kind kind);
/* "NNNNNNNN.reply" */
must_check int spool_reply_name_parse(struct span name, int64_t *ret_number);
struct spool_name spool_reply_name_format(int64_t number);

/* {"format":1,"pins":[...],"url":"https://..."} */
struct spool_endpoint {
	char url[ENROL_URL_MAX + 1];
	struct pins pins;
};
/* -EBADMSG with error filled (which may be NULL) */
must_check int spool_endpoint_parse(
	struct span text, struct spool_endpoint *ret_endpoint, struct json_error *error);
must_check int spool_endpoint_write(const struct spool_endpoint *endpoint, struct str *out);

/* Why there is no answer; the words are ARCHITECTURE.md's. */
enum spool_error {
	SPOOL_ERROR_NONE,
	SPOOL_ERROR_NOT_HTTP,
	SPOOL_ERROR_TIMEOUT,
	SPOOL_ERROR_TOO_LARGE,
	SPOOL_ERROR_UNREACHABLE,
	SPOOL_ERROR_WRONG_KEY,
};
#define SPOOL_ERROR_COUNT 6
const char *spool_error_word(enum spool_error error);

struct spool_reply {
	int64_t status; /* of HTTP; 0 with an error */
	enum spool_error error;
	char *body; /* owned, terminated, valid UTF-8; NULL with an error */
	size_t body_len;
	int64_t retry_after_s; /* asked for with 429 and 503; 0 for nothing asked */
};
void spool_reply_finish(struct spool_reply *reply);
/* -EBADMSG with error filled (which may be NULL) */
must_check int spool_reply_parse(
	struct span text, struct spool_reply *ret_reply, struct json_error *error);
/* -ENOSPC when it is above SPOOL_REPLY_MAX once written, -EILSEQ when the body is no UTF-8 */
must_check int spool_reply_write(const struct spool_reply *reply, struct str *out);
