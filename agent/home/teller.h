/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the facts of this account (platform/personal.h) that caretakerd asked for, and tells them
 * again when they are others. It looks when something changed that they hang on, in a pause of the
 * changes; it never looks by the clock. Knows nothing of sockets.
 */
#pragma once

#include "json.h"
#include "loop.h"
#include "personal.h"

/* A program writes its settings in several steps: looked at in a pause, or after the longest wait.
 */
#define TELLER_SETTLE_MS 300
#define TELLER_SETTLE_MAX_MS 2000
#define TELLER_GROUPS_MAX 64 /* words that caretakerd may name */

struct teller;
struct teller_config {
	struct sysroot root; /* its fd and home stay the caller's */
	int home;
	uid_t uid;
	int (*changed)(void *data); /* teller_body is another one */
	void *data;
};

must_check int teller_new(
	struct loop *loop, const struct teller_config *config, struct teller **ret_teller);
void teller_free(struct teller *teller);
/*
 * "facts" of HOME_SETTINGS: codes of groups; facts follow by `changed`. A group that is not known
 * here is one of a newer caretakerd, and is left out; NULL is an older one, which is told nothing.
 * JSON_E_*
 */
must_check int teller_want(struct teller *teller, struct json_object *groups);
/* HOME_FACTS; the caller puts it. */
must_check int teller_body(const struct teller *teller, struct json_object **ret_body);
