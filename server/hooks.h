/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The webhook: what began to fail on the school's own devices, told to one address that the school
 * set. What is to be told stands in the store, written with the report itself, until the receiver
 * has answered with a 2xx; it may so come twice. A private device is never told of.
 *
 * POST, application/json:
 *   {"events":[{"control","device","label","reason","since"}],"format":1,"id":"16 characters",
 *    "kind":"newly-failing"}
 * X-Caretaker-Signature: t=SECONDS,v1=HEX, the HMAC-SHA256 of "SECONDS.BODY" by the webhook's key.
 */
#pragma once

#include "settings.h"
#include "store.h"

#define HOOKS_BATCH 100
#define HOOKS_QUEUE_MAX 10000 /* the oldest go first */
#define HOOKS_WAIT_S 60	      /* after the first failure, then twice as long each time */
#define HOOKS_WAIT_MOST_S 21600
#define HOOKS_KEY_MAX 64
#define HOOKS_SIGNATURE_MAX 128

struct hooks_batch {
	char url[SETTINGS_TEXT_MAX + 1];
	char key[HOOKS_KEY_MAX + 1];
	struct str body; /* empty: nothing to tell, or not yet */
	int64_t last;
};

/* In the report's own transaction; nothing without a webhook */
must_check int hooks_note(struct store *store, const char *device, const char *control,
	const char *reason, int64_t since_s);
must_check int hooks_load(struct store *store, int64_t now_s, struct hooks_batch *batch);
/* status: 2xx was taken; 0 nobody answered rightly */
must_check int hooks_done(
	struct store *store, int64_t now_s, const struct hooks_batch *batch, int status);
/* {"waiting","problem":status or null,"next":instant or null} */
must_check int hooks_read(struct store *store, struct json_object **ret_body);
/* Made when it is not there */
must_check int hooks_key(struct store *store, char ret[HOOKS_KEY_MAX + 1]);

must_check int hooks_sign(
	const char *key, int64_t now_s, struct span body, char ret[HOOKS_SIGNATURE_MAX]);
/* Sends it, TLS verified against ca (a file) or what the system trusts; no redirect is followed.
 * ret_status: of the answer, 0 for none */
must_check int hooks_send(
	const struct hooks_batch *batch, const char *ca, int64_t now_s, int *ret_status);
