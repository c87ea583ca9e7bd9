/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person is told, from words and numbers to two texts. On standard input:
 * {"format":1,"messages":[MESSAGE]}, MESSAGE {"kind":K} and what the kind's text names:
 * "feature", "purpose", "persons", "start", "end", "n".
 */
#pragma once

#include "json.h"
#include "text.h"

#define MESSAGES_MAX 16
#define MESSAGE_TEXT_MAX 1024

/* JSON_E_*; the array is borrowed from object. */
must_check int messages_read(struct json_object *object, struct json_object **ret_messages);

struct message_text {
	struct str title, body;
};
void message_text_finish(struct message_text *text);
/* JSON_E_* when it is no message, -errno */
must_check int message_write(struct json_object *message, const struct text_catalogue *catalogue,
	struct message_text *ret_text);
