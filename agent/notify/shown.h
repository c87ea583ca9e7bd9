/* SPDX-License-Identifier: Apache-2.0 */
/* The messages that are shown now and have a button, and what pressing it does. */
#pragma once

#include "message.h"
#include "notify.h"

struct shown {
	struct notify *notify; /* borrowed */
	struct shown_one {
		uint32_t id;
		struct message_text text;
	} items[MESSAGES_MAX];
	size_t n;
};
void shown_finish(struct shown *shown);
/* All messages at once. NOTIFY_E_NOBODY, -EBADMSG, -errno */
must_check int shown_all(struct notify *notify, struct json_object *messages,
	const struct text_catalogue *catalogue, struct shown *ret_shown);
/* Until each of them was pressed or closed, or nobody shows them any more */
void shown_wait(struct shown *shown);
