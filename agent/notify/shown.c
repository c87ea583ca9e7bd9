/* SPDX-License-Identifier: Apache-2.0 */
#include "shown.h"

#include "log.h"

#include <string.h>

#define STEPS_SHORT 150 /* bytes that five lines of a narrow message hold */

void shown_finish(struct shown *shown)
{
	for (size_t i = 0; i < shown->n; i++) {
		message_text_finish(&shown->items[i].text);
	}
	shown->n = 0;
}

/* Where there are no buttons what to do stands in the message itself. Takes the text when it is
 * waited for. */
static int show_one(struct shown *shown, bool buttons, struct message_text *text)
{
	bool has_act = text->act != MESSAGE_NO_ACT;
	struct shown_one *one = &shown->items[shown->n];
	int r = has_act && !buttons ? str_appendf(&text->body, "\n%s", text->steps.p) : 0;

	/* no room for both: then what it is about alone */
	if (r == 0 || r == -ENOSPC) {
		r = notify_show(shown->notify,
			&(struct notify_text){.title = text->title.p,
				.body = text->body.p,
				.action = has_act && buttons ? text->action.p : NULL},
			&one->id);
	}
	if (r == 0 && has_act && buttons) {
		one->text = *text;
		*text = (struct message_text){0};
		shown->n++;
	}
	return r;
}

int shown_all(struct notify *notify, struct json_object *messages,
	const struct text_catalogue *catalogue, struct shown *ret_shown)
{
	cleanup(shown_finish) struct shown shown = {.notify = notify};
	bool buttons = notify_has_buttons(notify);
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(messages); i++) {
		cleanup(message_text_finish) struct message_text text = {0};

		r = message_write(json_object_array_get_idx(messages, i), catalogue, &text);
		r = r > 0 ? -EBADMSG : r;
		if (r == 0) {
			r = show_one(&shown, buttons, &text);
		}
	}
	if (r == 0) {
		*ret_shown = shown;
		shown.n = 0;
	}
	return r;
}

/* What to do, whole: where a text is cut off, as several messages that stay */
static int show_steps(struct notify *notify, const struct message_text *text)
{
	size_t max = notify_cuts_off(notify) ? STEPS_SHORT : MESSAGE_TEXT_MAX;
	const char *rest = text->steps.p ? text->steps.p : "";
	int r = 0;

	for (size_t len; r == 0 && (len = message_part(rest, max)) > 0; rest += len) {
		cleanup(str_finish) struct str part = {0};
		uint32_t id;

		r = str_append(&part, rest, len);
		if (r == 0) {
			const struct notify_text steps = {
				.title = text->title.p, .body = part.p, .stays = true};

			r = notify_show(notify, &steps, &id);
		}
	}
	return r;
}

static int press(struct notify *notify, const struct message_text *text)
{
	int r = NOTIFY_E_NOBODY;

	switch (text->act) {
	case MESSAGE_NO_ACT:
		return 0;
	case MESSAGE_STEPS:
		break;
	case MESSAGE_SIGN_OUT:
		r = notify_ask_to_leave(notify, false);
		break;
	case MESSAGE_RESTART:
		r = notify_ask_to_leave(notify, true);
		break;
	}
	if (r == NOTIFY_E_NOBODY) {
		r = show_steps(notify, text);
	}
	return r;
}

void shown_wait(struct shown *shown)
{
	struct notify_event event;
	int r = 0;

	while (r == 0 && shown->n > 0) {
		size_t i = 0;

		r = notify_wait(shown->notify, &event);
		while (r == 0 && i < shown->n && shown->items[i].id != event.id) {
			i++;
		}
		if (r != 0 || i == shown->n) {
			continue;
		}
		if (event.pressed) {
			r = press(shown->notify, &shown->items[i].text);
		}
		message_text_finish(&shown->items[i].text);
		shown->items[i] = shown->items[--shown->n];
	}
	if (r < 0) {
		log_error("could not wait for a button: %s", strerror(-r));
	}
}
