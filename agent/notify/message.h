/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person is told, from words and numbers to texts. On standard input:
 * {"format":1,"messages":[MESSAGE]}, MESSAGE {"kind":K} and what the kind's text names:
 * "clients", "end", "feature", "n", "noticed", "persons", "purpose", "start".
 *
 * A kind is a row of a table in message.c and texts "notify.KIND.title" and ".body"; one whose row
 * has an act also ".action", the words on its one button, and ".steps", what to do.
 */
#pragma once

#include "json.h"
#include "text.h"

#define MESSAGES_MAX 16
#define MESSAGE_TEXT_MAX 1024

/* JSON_E_*; the array is borrowed from object. */
must_check int messages_read(struct json_object *object, struct json_object **ret_messages);

/* What the button of a message leads to */
enum message_act {
	MESSAGE_NO_ACT,	  /* it has none */
	MESSAGE_STEPS,	  /* what to do, as a message that stays */
	MESSAGE_SIGN_OUT, /* the desktop's own question whether to sign out, else the steps */
	MESSAGE_RESTART,  /* that whether to start the computer again, else the steps */
};

struct message_text {
	struct str title, body;
	struct str action, steps; /* empty without an act */
	enum message_act act;
};
/*
 * Bytes of text up to the end of a sentence: as many whole sentences as max holds, one at least. 0
 * at the end of text. Pure.
 */
size_t message_part(const char *text, size_t max);
void message_text_finish(struct message_text *text);
/* JSON_E_* when it is no message, -errno */
must_check int message_write(struct json_object *message, const struct text_catalogue *catalogue,
	struct message_text *ret_text);
