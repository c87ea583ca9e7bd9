/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "fd.h"
#include "ipc-table.h"
#include "log.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

struct question {
	struct question *next;
	enum ipc_type type;
	struct json_object *body; /* owned */
	hand_fn fn;
	void *data;
};

struct hand {
	struct loop *loop;
	const char *path;
	int64_t timeout_ms;
	int fd;
	bool asked; /* the first question is on its way */
	struct loop_source *readable;
	struct loop_source *timer;
	struct loop_source *begin;
	struct question *first;
	size_t n_waiting;
};

static void disconnect(struct hand *hand)
{
	loop_source_free(TAKE_PTR(hand->readable));
	fd_close(&hand->fd);
	hand->fd = -1;
	hand->asked = false;
}

/* The question is off the list before its answer is told: fn may ask again. */
static void answer_first(struct hand *hand, int error, struct json_object *changes)
{
	struct question *question = hand->first;

	hand->first = question->next;
	hand->n_waiting--;
	hand->asked = false;
	question->fn(error, changes, question->data);
	json_object_put(question->body);
	free(question);
}

static int begin_soon(struct hand *hand);

static void fail_first(struct hand *hand, int error)
{
	disconnect(hand);
	if (hand->first) {
		log_warning("could not have a setting written: %s", strerror(-error));
		answer_first(hand, error, NULL);
	}
}

struct done {
	struct json_object *changes;
	int64_t format;
};
static const struct json_field done_table[] = {
	{"changes", JSON_WANT_ARRAY, offsetof(struct done, changes), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct done, format), true, 1},
};

static int take_answer(struct hand *hand)
{
	cleanup(ipc_message_finish) struct ipc_message message = {0};
	struct done done = {0};
	int r = ipc_receive(hand->fd, &message);

	if (r == IPC_E_AGAIN) {
		return 0;
	}
	if (r != 0) {
		return r < 0 ? r : -ECONNRESET;
	}
	if (!hand->asked || !ipc_allowed(IPC_HAND, IPC_CORE, message.type)) {
		return -EPROTO;
	}
	if (message.type != IPC_HAND_DONE) {
		answer_first(hand, -EREMOTEIO, NULL);
		return 0;
	}
	if (json_decode(message.body, done_table, ARRAY_LEN(done_table), &done, NULL) != 0 ||
		done.format != 1) {
		return -EPROTO;
	}
	answer_first(hand, 0, done.changes);
	return 0;
}

static int on_readable(struct loop_source *source, uint32_t events, void *data)
{
	struct hand *hand = data;
	int r = take_answer(hand);

	(void)source;
	(void)events;
	if (r < 0) {
		/* an idle hand that goes away is no failure */
		fail_first(hand, r);
	}
	return begin_soon(hand);
}

static int connect_hand(struct hand *hand)
{
	hand->fd = ipc_connect(hand->path);
	if (hand->fd < 0) {
		return hand->fd;
	}
	if (fcntl(hand->fd, F_SETFL, O_NONBLOCK) < 0) {
		return -errno;
	}
	return loop_add_fd(hand->loop, hand->fd, EPOLLIN, on_readable, hand, &hand->readable);
}

static int ask_first(struct hand *hand)
{
	int r = hand->fd < 0 ? connect_hand(hand) : 0;

	if (r == 0) {
		r = ipc_send(hand->fd, hand->first->type, hand->first->body);
	}
	if (r == 0) {
		hand->asked = true;
		r = loop_timer_set(hand->timer, hand->timeout_ms);
	}
	return r > 0 ? -ECONNRESET : r;
}

static int on_begin(struct loop_source *source, void *data)
{
	struct hand *hand = data;
	int r = 0;

	(void)source;
	hand->begin = NULL;
	while (hand->first && !hand->asked) {
		r = ask_first(hand);
		if (r < 0) {
			fail_first(hand, r);
		}
	}
	if (!hand->first) {
		disconnect(hand);
		return loop_timer_set(hand->timer, -1);
	}
	return 0;
}

static int begin_soon(struct hand *hand)
{
	if (hand->begin) {
		return 0;
	}
	return loop_defer(hand->loop, on_begin, hand, &hand->begin);
}

static int on_timer(struct loop_source *source, void *data)
{
	struct hand *hand = data;

	(void)source;
	if (!hand->asked) {
		return 0;
	}
	fail_first(hand, -ETIMEDOUT);
	return begin_soon(hand);
}

int hand_new(struct loop *loop, const char *path, int64_t timeout_ms, struct hand **ret_hand)
{
	cleanup(hand_free_p) struct hand *hand = calloc(1, sizeof(*hand));
	int r;

	if (!hand) {
		return -ENOMEM;
	}
	*hand = (struct hand){.loop = loop, .path = path, .timeout_ms = timeout_ms, .fd = -1};
	r = loop_add_timer(loop, on_timer, hand, &hand->timer);
	if (r == 0) {
		*ret_hand = TAKE_PTR(hand);
	}
	return r;
}

void hand_free(struct hand *hand)
{
	if (!hand) {
		return;
	}
	disconnect(hand);
	loop_source_free(TAKE_PTR(hand->timer));
	loop_source_free(hand->begin);
	while (hand->first) {
		answer_first(hand, -ECANCELED, NULL);
	}
	free(hand);
}

void hand_free_p(struct hand **hand)
{
	hand_free(*hand);
}

int hand_ask(
	struct hand *hand, enum ipc_type type, struct json_object *body, hand_fn fn, void *data)
{
	struct question **last = &hand->first;
	struct question *question;

	if (hand->n_waiting >= HAND_WAITING_MAX) {
		return -ENOSPC;
	}
	question = calloc(1, sizeof(*question));
	if (!question) {
		return -ENOMEM;
	}
	*question = (struct question){
		.type = type, .body = json_object_get(body), .fn = fn, .data = data};
	while (*last) {
		last = &(*last)->next;
	}
	*last = question;
	hand->n_waiting++;
	/* At once where nothing is before it: the hand works while this side still plans others. */
	if (hand->first == question && hand->timer && ask_first(hand) < 0) {
		disconnect(hand);
	}
	return hand->asked ? 0 : begin_soon(hand);
}
