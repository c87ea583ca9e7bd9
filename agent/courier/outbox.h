/* SPDX-License-Identifier: Apache-2.0 */
/* The courier's side of the spool: what lies in the outbox, in order, and the replies. */
#pragma once

#include "fd.h"
#include "spool.h"

#define OUTBOX_ITEMS_MAX 256 /* looked at in one run; the rest waits for the next */

struct outbox_item {
	int64_t number;
	enum spool_kind kind;
};
struct outbox_items {
	struct outbox_item items[OUTBOX_ITEMS_MAX];
	size_t len;
};

struct outbox {
	int out_fd; /* directory, read */
	int in_fd;  /* directory, written */
};
#define OUTBOX_NONE    \
	{              \
		-1, -1 \
	}

must_check int outbox_open(const char *spool, struct outbox *ret_outbox);
void outbox_finish(struct outbox *outbox);
/* FD_E_* when there is no such file, -EBADMSG with error filled when it is none */
must_check int outbox_read_endpoint(
	const struct outbox *outbox, struct spool_endpoint *ret_endpoint, struct json_error *error);
/* By number; files of any other name are not ours to judge. */
must_check int outbox_list(const struct outbox *outbox, struct outbox_items *ret_items);
/* Heap; FD_E_* when it is gone or no item */
must_check int outbox_read(const struct outbox *outbox, const struct outbox_item *item,
	char **ret_bytes, size_t *ret_len);
must_check int outbox_answer(const struct outbox *outbox, const struct outbox_item *item,
	const struct spool_reply *reply);
