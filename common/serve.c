/* SPDX-License-Identifier: Apache-2.0 */
#include "serve.h"

#include "fd.h"
#include "log.h"

#include <sys/epoll.h>
#include <sys/socket.h>

struct serve {
	struct serve_setup setup;
	struct loop_source *accepting;
	struct loop_source *receiving;
	struct loop_source *idle;
	bool slept; /* since it was started, so that one that ends at once is not started in a ring
		     */
	int peer;
};

void serve_free(struct serve *serve)
{
	if (!serve) {
		return;
	}
	loop_source_free(serve->receiving);
	loop_source_free(serve->accepting);
	loop_source_free(serve->idle);
	fd_close(&serve->peer);
	free(serve);
}

void serve_free_p(struct serve **serve)
{
	serve_free(*serve);
}

static void drop_peer(struct serve *serve)
{
	loop_source_free(TAKE_PTR(serve->receiving));
	fd_close(&serve->peer);
	serve->peer = -1;
}

/* Serves one message. IPC_E_*: the peer is to be dropped */
static int message_serve(struct serve *serve)
{
	struct ipc_message message = {0};
	struct json_object *answer = NULL;
	enum ipc_type type;
	int r = ipc_receive(serve->peer, &message);

	if (r != 0) {
		return r;
	}
	if (!ipc_allowed(IPC_CORE, serve->setup.party, message.type)) {
		r = IPC_E_PROTOCOL;
	} else {
		r = serve->setup.answer(
			serve->setup.data, message.type, message.body, &type, &answer);
	}
	if (r == 0) {
		r = ipc_send(serve->peer, type, answer);
	}
	json_object_put(answer);
	ipc_message_finish(&message);
	return r;
}

static int on_message(struct loop_source *source, uint32_t events, void *data)
{
	struct serve *serve = data;
	int r = message_serve(serve);

	(void)source;
	(void)events;
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 && r != IPC_E_AGAIN) {
		if (r != IPC_E_CLOSED) {
			log_warning("dropped a peer that did not keep to the protocol");
		}
		drop_peer(serve);
	}
	return loop_timer_set(serve->idle, serve->setup.idle_ms);
}

static int take_peer(struct serve *serve)
{
	cleanup(fd_close) int fd =
		accept4(serve->setup.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ipc_peer peer;
	int r;

	if (fd < 0) {
		return errno == ENOMEM ? -ENOMEM : 0;
	}
	r = ipc_peer_read(fd, &peer);
	if (r < 0 || peer.uid != 0) {
		log_warning("dropped a peer that is not root");
		return loop_timer_set(serve->idle, serve->setup.idle_ms);
	}
	/* one caretakerd: a new one means that the old one is gone, whether or not it hung up */
	drop_peer(serve);
	r = loop_add_fd(serve->setup.loop, fd, EPOLLIN, on_message, serve, &serve->receiving);
	if (r < 0) {
		return r;
	}
	serve->peer = TAKE_FD(fd);
	return loop_timer_set(serve->idle, serve->setup.idle_ms);
}

static int on_peer(struct loop_source *source, uint32_t events, void *data)
{
	struct serve *serve = data;

	(void)source;
	(void)events;
	/* whoever calls stays in the listener's queue, for the process that init starts for it */
	if (serve->slept && serve->setup.outlived && serve->setup.outlived(serve->setup.data)) {
		loop_quit(serve->setup.loop, 0);
		return 0;
	}
	return take_peer(serve);
}

static int on_idle(struct loop_source *source, void *data)
{
	struct serve *serve = data;

	(void)source;
	if (serve->setup.busy && serve->setup.busy(serve->setup.data)) {
		return loop_timer_set(serve->idle, serve->setup.idle_ms);
	}
	if (serve->setup.stays && serve->setup.stays(serve->setup.data)) {
		serve->slept = true;
		return 0;
	}
	loop_quit(serve->setup.loop, 0);
	return 0;
}

int serve_reconsider(struct serve *serve)
{
	return loop_timer_set(serve->idle, serve->setup.idle_ms);
}

int serve_new(const struct serve_setup *setup, struct serve **ret_serve)
{
	cleanup(serve_free_p) struct serve *serve = calloc(1, sizeof(*serve));
	int r;

	if (!serve) {
		return -ENOMEM;
	}
	serve->setup = *setup;
	serve->peer = -1;
	r = loop_add_timer(setup->loop, on_idle, serve, &serve->idle);
	if (r == 0) {
		r = loop_timer_set(serve->idle, setup->idle_ms);
	}
	if (r == 0) {
		r = loop_add_fd(
			setup->loop, setup->listener, EPOLLIN, on_peer, serve, &serve->accepting);
	}
	if (r == 0) {
		*ret_serve = TAKE_PTR(serve);
	}
	return r;
}
