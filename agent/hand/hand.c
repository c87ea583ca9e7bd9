/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "ipc-table.h"
#include "ipc.h"
#include "log.h"

#include <sys/epoll.h>
#include <sys/socket.h>

struct hand {
	struct loop *loop;
	struct hand_config config;
	struct loop_source *accepting;
	struct loop_source *receiving;
	struct loop_source *idle;
	int peer;
};

void hand_free(struct hand *hand)
{
	if (!hand) {
		return;
	}
	loop_source_free(hand->receiving);
	loop_source_free(hand->accepting);
	loop_source_free(hand->idle);
	fd_close(&hand->peer);
	free(hand);
}

void hand_free_p(struct hand **hand)
{
	hand_free(*hand);
}

static void drop_peer(struct hand *hand)
{
	loop_source_free(TAKE_PTR(hand->receiving));
	fd_close(&hand->peer);
	hand->peer = -1;
}

/* Serves one message. IPC_E_*: the peer is to be dropped */
static int serve(struct hand *hand)
{
	struct ipc_message message = {0};
	struct json_object *answer = NULL;
	unsigned type;
	int r = ipc_receive(hand->peer, &message);

	if (r != 0) {
		return r;
	}
	if (!ipc_allowed(IPC_CORE, IPC_HAND, message.type)) {
		r = IPC_E_PROTOCOL;
	} else {
		r = hand_answer(
			&hand->config, (unsigned)message.type, message.body, &type, &answer);
	}
	if (r == 0) {
		r = ipc_send(hand->peer, (enum ipc_type)type, answer);
	}
	json_object_put(answer);
	ipc_message_finish(&message);
	return r;
}

static int on_message(struct loop_source *source, uint32_t events, void *data)
{
	struct hand *hand = data;
	int r = serve(hand);

	(void)source;
	(void)events;
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 && r != IPC_E_AGAIN) {
		if (r != IPC_E_CLOSED) {
			log_warning("dropped a peer that did not keep to the protocol");
		}
		drop_peer(hand);
	}
	return loop_timer_set(hand->idle, hand->config.idle_ms);
}

static int on_peer(struct loop_source *source, uint32_t events, void *data)
{
	struct hand *hand = data;
	cleanup(fd_close) int fd =
		accept4(hand->config.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ipc_peer peer;
	int r;

	(void)source;
	(void)events;
	if (fd < 0) {
		return errno == ENOMEM ? -ENOMEM : 0;
	}
	r = ipc_peer_read(fd, &peer);
	if (r < 0 || peer.uid != 0) {
		log_warning("dropped a peer that is not root");
		return loop_timer_set(hand->idle, hand->config.idle_ms);
	}
	/* one caretakerd: a new one means that the old one is gone, whether or not it hung up */
	drop_peer(hand);
	r = loop_add_fd(hand->loop, fd, EPOLLIN, on_message, hand, &hand->receiving);
	if (r < 0) {
		return r;
	}
	hand->peer = TAKE_FD(fd);
	return loop_timer_set(hand->idle, hand->config.idle_ms);
}

static int on_idle(struct loop_source *source, void *data)
{
	struct hand *hand = data;

	(void)source;
	loop_quit(hand->loop, 0);
	return 0;
}

int hand_new(struct loop *loop, const struct hand_config *config, struct hand **ret_hand)
{
	cleanup(hand_free_p) struct hand *hand = calloc(1, sizeof(*hand));
	int r;

	if (!hand) {
		return -ENOMEM;
	}
	hand->loop = loop;
	hand->config = *config;
	hand->peer = -1;
	r = loop_add_timer(loop, on_idle, hand, &hand->idle);
	if (r == 0) {
		r = loop_timer_set(hand->idle, config->idle_ms);
	}
	if (r == 0) {
		r = loop_add_fd(loop, config->listener, EPOLLIN, on_peer, hand, &hand->accepting);
	}
	if (r == 0) {
		*ret_hand = TAKE_PTR(hand);
	}
	return r;
}
