/* SPDX-License-Identifier: Apache-2.0 */
/* An answer on its way out. */
#pragma once

#include "http.h"
#include "tls.h"

#define HTTP_DATE_LEN 32

/* Where the answers of one thread are put together; finish scratch with str_finish */
struct http_desk {
	struct str scratch;
	char date[HTTP_DATE_LEN];
	int64_t date_s; /* whose text date is */
};

struct http_outbox {
	struct span rest[2]; /* to be written */
	char *held[2];	     /* the bytes of rest that belong to it */
};

void http_outbox_finish(struct http_outbox *outbox);
/* Takes the body over. Until http_outbox_keep its first part lies on the desk. */
must_check int http_outbox_put(struct http_outbox *outbox, struct http_desk *desk,
	struct http_answer *answer, bool without_body, bool closes);
/* What could not be written at once, off the desk */
must_check int http_outbox_keep(struct http_outbox *outbox);
/* 0: all of it left; TLS_E_WANT_WRITE, TLS_E_WANT_READ; negative: broken */
must_check int http_outbox_write(struct http_outbox *outbox, struct tls_stream *stream);
