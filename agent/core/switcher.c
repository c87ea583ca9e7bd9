/* SPDX-License-Identifier: Apache-2.0 */
#include "switcher.h"

#include "control.h"
#include "hand.h"
#include "log.h"
#include "watch.h"

#include <string.h>

#define SWITCH_FORMAT 1
#define CONTROL "av.family-switch"

struct switcher {
	struct core *core;
	struct watch *watch; /* while anything is off */
	struct loop_source *timer;
	int64_t again_ms; /* of the last try that failed; 0: none did */
	size_t asked;	  /* questions on their way that nobody waits for */
	bool once_more;	  /* something came meanwhile */
};

/* One question to caretaker-hand */
struct errand_switch {
	struct switcher *switcher;
	uint64_t peer;
	bool waited; /* for peer */
	bool off;
};

static int ask(struct switcher *switcher, enum switches_what what, bool off, const uint64_t *peer);

static int book_read(const struct switcher *switcher, struct switches_book *ret_book)
{
	int r = switches_book_read(&switcher->core->root, ret_book);

	if (r < 0 && r != -ENOMEM) {
		log_error("could not read what camera and microphone are to be: %s", strerror(-r));
	}
	return r;
}

static void on_media(enum watch_kind kind, const void *token, void *data)
{
	struct switcher *switcher = data;

	(void)kind;
	(void)token;
	(void)!loop_timer_set(switcher->timer, SWITCHER_SETTLE_MS);
}

/* Idle when all is on: then no device that comes is of interest. */
static int watch_as_needed(struct switcher *switcher, const struct switches_book *book)
{
	bool any = book->off[SWITCHES_CAMERA] || book->off[SWITCHES_MICROPHONE];
	int r;

	if (any == (switcher->watch != NULL)) {
		return 0;
	}
	if (!any) {
		watch_free(TAKE_PTR(switcher->watch));
		return 0;
	}
	r = watch_new(
		switcher->core->loop, &switcher->core->root, on_media, switcher, &switcher->watch);
	if (r == 0 && watch_add_kind(switcher->watch, WATCH_MEDIA) < 0) {
		log_warning("could not watch for cameras and sound cards: one that is plugged in "
			    "stays on until caretakerd is started again");
	}
	return r;
}

static bool has_parts(const struct switches_book *book, enum switches_what what)
{
	for (size_t i = 0; i < book->parts.len; i++) {
		if (book->parts.items[i].what == what) {
			return true;
		}
	}
	return false;
}

int switcher_begin(struct switcher *switcher)
{
	struct switches_book book;
	int r = book_read(switcher, &book);

	if (r == 0) {
		r = watch_as_needed(switcher, &book);
	}
	for (size_t i = 0; r == 0 && i < SWITCHES_WHAT_COUNT; i++) {
		if (book.off[i] || has_parts(&book, (enum switches_what)i)) {
			r = ask(switcher, (enum switches_what)i, book.off[i], NULL);
		}
	}
	return r == -ENOMEM ? r : 0;
}

static int on_timer(struct loop_source *source, void *data)
{
	struct switcher *switcher = data;

	(void)source;
	if (switcher->asked > 0) {
		switcher->once_more = true;
		return 0;
	}
	return switcher_begin(switcher);
}

static void try_again(struct switcher *switcher)
{
	int64_t next_ms = switcher->again_ms * 2;

	switcher->again_ms = switcher->again_ms == 0		? SWITCHER_AGAIN_FIRST_MS
			     : next_ms < SWITCHER_AGAIN_LAST_MS ? next_ms
								: SWITCHER_AGAIN_LAST_MS;
	(void)!loop_timer_set(switcher->timer, switcher->again_ms);
}

static void reply(const struct errand_switch *errand, int error, struct json_object *changes)
{
	struct control *control = errand->switcher->core->control;
	struct json_build body;

	if (error != 0) {
		control_fail(control, errand->peer, "internal",
			"caretaker-hand could not be asked; see the log of caretakerd");
		return;
	}
	body = json_build_object();
	json_build_share(&body, "changes", changes);
	json_build_int(&body, "format", SWITCH_FORMAT);
	json_build_bool(&body, "off", errand->off);
	control_reply(control, errand->peer, &body);
}

static void on_done(int error, struct json_object *changes, void *data)
{
	struct errand_switch *errand = data;
	struct switcher *switcher = errand->switcher;
	struct switches_book book;

	if (errand->waited && error != -ECANCELED) {
		reply(errand, error, changes);
	}
	switcher->asked -= !errand->waited;
	if (error == 0) {
		switcher->again_ms = 0;
		if (book_read(switcher, &book) == 0) {
			(void)!watch_as_needed(switcher, &book);
		}
		if (switcher->once_more && switcher->asked == 0) {
			switcher->once_more = false;
			(void)!loop_timer_set(switcher->timer, SWITCHER_SETTLE_MS);
		}
	} else if (error != -ECANCELED && !errand->waited) {
		try_again(switcher);
	}
	free(errand);
}

/* peer NULL: nobody waits for it, and it is done only while the book still says so */
static int ask(struct switcher *switcher, enum switches_what what, bool off, const uint64_t *peer)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	struct errand_switch *errand;
	int r;

	if (!peer) {
		json_build_bool(&build, "again", true);
	}
	json_build_int(&build, "format", SWITCH_FORMAT);
	json_build_bool(&build, "off", off);
	json_build_string(&build, "what", switches_what_code(what));
	r = json_build_finish(&build, &body);
	if (r < 0) {
		return r;
	}
	errand = malloc(sizeof(*errand));
	if (!errand) {
		return -ENOMEM;
	}
	*errand = (struct errand_switch){
		.switcher = switcher, .peer = peer ? *peer : 0, .waited = peer, .off = off};
	r = hand_ask(switcher->core->hand, IPC_HAND_SWITCH, body, on_done, errand);
	if (r < 0) {
		free(errand);
		return r;
	}
	switcher->asked += !peer;
	return 0;
}

/* "allowed": true of the control. A device of one's own needs nobody's word but its owner's. */
static bool is_allowed(const struct core *core)
{
	struct json_object *allowed;

	if (!core_school_owned(core)) {
		return true;
	}
	allowed = policy_control_value(core->hold.policy, CONTROL, "allowed");
	return policy_control_on(core->hold.policy, CONTROL) &&
	       json_object_is_type(allowed, json_type_boolean) && json_object_get_boolean(allowed);
}

int switcher_set(struct switcher *switcher, enum switches_what what, bool off, uint64_t peer)
{
	struct core *core = switcher->core;
	int r;

	/* putting back is never refused */
	if (off && !is_allowed(core)) {
		control_fail(core->control, peer, "school-switch",
			"the school's policy does not let anybody switch this here");
		return 0;
	}
	r = ask(switcher, what, off, &peer);
	if (r < 0 && r != -ENOMEM) {
		control_fail(core->control, peer, "busy", "too much waits for caretaker-hand");
		return 0;
	}
	return r;
}

int switcher_add_view(const struct switcher *switcher, struct json_build *body)
{
	struct switches_book book;
	struct switches_parts parts;
	int r = book_read(switcher, &book);

	if (r == 0) {
		r = switches_look(&switcher->core->root, &book, &parts);
	}
	for (size_t i = 0; r == 0 && i < SWITCHES_WHAT_COUNT; i++) {
		struct json_build one = json_build_object();
		int64_t on = 0, running = 0, stuck = 0;

		for (size_t j = 0; j < parts.len; j++) {
			const struct switches_part *part = &parts.items[j];

			if (part->what == (enum switches_what)i) {
				on += !part->off;
				running += part->running;
				stuck += part->way == SWITCHES_NO_WAY;
			}
		}
		json_build_bool(&one, "off", book.off[i]);
		json_build_int(&one, "on", on);
		json_build_int(&one, "running", running);
		json_build_int(&one, "stuck", stuck);
		json_build_join(body, switches_what_code((enum switches_what)i), &one);
	}
	return r;
}

int switcher_new(struct core *core, struct switcher **ret_switcher)
{
	struct switcher *new = calloc(1, sizeof(*new));
	int r;

	if (!new) {
		return -ENOMEM;
	}
	new->core = core;
	r = loop_add_timer(core->loop, on_timer, new, &new->timer);
	if (r < 0) {
		free(new);
		return r;
	}
	*ret_switcher = new;
	return 0;
}

void switcher_free(struct switcher *switcher)
{
	if (switcher) {
		watch_free(switcher->watch);
		loop_source_free(switcher->timer);
		free(switcher);
	}
}
