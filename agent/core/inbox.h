/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the courier brought. The directory belongs to a less trusted account: no link is followed,
 * only regular files up to SPOOL_REPLY_MAX are read, everything is strict JSON, all else is
 * removed.
 */
#pragma once

#include "log.h"
#include "loop.h"
#include "spool.h"

#define INBOX_SCAN_MAX 256 /* names looked at in one pass */
#define INBOX_SETTLE_MS 20 /* a burst of files is one pass */
#define INBOX_BUSY_MS 1000 /* between two passes while somebody fills it with rubbish */

/* The reply to item number. Called once for each; the file is gone then. */
typedef int (*inbox_fn)(int64_t number, const struct spool_reply *reply, void *data);

struct inbox;

/* Looks through what is there already, too. dirfd stays the caller's. */
must_check int inbox_new(
	struct loop *loop, int dirfd, inbox_fn fn, void *data, struct inbox **ret_inbox);
void inbox_free(struct inbox *inbox);
void inbox_free_p(struct inbox **inbox);
