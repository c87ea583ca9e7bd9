/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include "local-accounts.h"
#include "ipc-table.h"
#include "ipc.h"
#include "log.h"
#include "rate.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define LOG_WINDOW_MS 600000
#define LOG_BURST 5

struct peer {
	struct control *control;
	struct peer *next;
	uint64_t id;
	int fd;
	uid_t uid;
	bool admin;
	bool busy; /* a request is being answered */
	struct loop_source *readable;
	struct loop_source *idle;
};

struct control {
	struct core *core;
	int listen_fd;
	struct loop_source *acceptable;
	struct peer *peers;
	uint64_t last_id;
	struct rate rate;
	struct log_limit dropped;
};

static void peer_free(struct peer *peer)
{
	loop_source_free(peer->readable);
	loop_source_free(peer->idle);
	fd_close(&peer->fd);
	free(peer);
}

static void drop(struct peer *peer, const char *why)
{
	struct control *control = peer->control;

	if (why && log_limit_allows(&control->dropped, clock_read().boot_ms)) {
		log_info("dropped a peer of control.sock: %s", why);
	}
	for (struct peer **p = &control->peers; *p; p = &(*p)->next) {
		if (*p == peer) {
			*p = peer->next;
			break;
		}
	}
	peer_free(peer);
}

static struct peer *find(const struct control *control, uint64_t id)
{
	for (struct peer *peer = control->peers; peer; peer = peer->next) {
		if (peer->id == id) {
			return peer;
		}
	}
	return NULL;
}

/* A peer that does not read its answer is dropped: nothing is kept for it. */
static void tell(struct control *control, uint64_t id, enum ipc_type type, struct json_build *build,
	bool last)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct peer *peer = find(control, id);
	int r = json_build_finish(build, &body);

	if (!peer) {
		return;
	}
	if (r == 0) {
		r = ipc_send(peer->fd, type, body);
	}
	if (r != 0) {
		drop(peer, r == IPC_E_CLOSED ? NULL : "could not be answered");
		return;
	}
	if (last) {
		peer->busy = false;
		if (loop_timer_set(peer->idle, CONTROL_IDLE_MS) < 0) {
			drop(peer, "no timer");
		}
	}
}

void control_reply(struct control *control, uint64_t peer, struct json_build *body)
{
	if (body->error != 0) {
		json_build_drop(body);
		control_fail(control, peer, "internal", "caretakerd is out of memory");
		return;
	}
	tell(control, peer, IPC_REPLY, body, true);
}

void control_reply_object(struct control *control, uint64_t peer, struct json_object *body)
{
	struct json_build build = {.value = json_object_get(body)};

	control_reply(control, peer, &build);
}

bool control_has(const struct control *control, uint64_t peer)
{
	return find(control, peer) != NULL;
}

bool control_push(struct control *control, uint64_t peer, struct json_object *body)
{
	struct json_build build = {.value = json_object_get(body)};

	tell(control, peer, IPC_REPLY, &build, false);
	return control_has(control, peer);
}

void control_fail(struct control *control, uint64_t peer, const char *code, const char *text)
{
	struct json_build build = json_build_object();

	json_build_string(&build, "code", code);
	json_build_string(&build, "text", text);
	tell(control, peer, IPC_ERROR, &build, true);
}

void control_progress(struct control *control, uint64_t peer, const char *step, int done, int of)
{
	struct json_build build = json_build_object();

	json_build_int(&build, "done", done);
	json_build_int(&build, "of", of);
	json_build_string(&build, "step", step);
	tell(control, peer, IPC_PROGRESS, &build, false);
}

/* Asked at each request: somebody may have joined the group since. */
static bool is_admin(struct control *control, const struct peer *peer)
{
	cleanup(free_ptr) char *bytes = NULL;
	bool member = false;
	size_t len;
	gid_t gid;

	if (peer->uid == 0) {
		return true;
	}
	if (sysroot_read(&control->core->root, "etc/group", LOCAL_ACCOUNTS_FILE_MAX, &bytes,
		    &len) != 0 ||
		local_accounts_group_gid((struct span){bytes, len}, CONTROL_GROUP, &gid) != 0) {
		return false;
	}
	return ipc_peer_in_group(peer->fd, gid, &member) == 0 && member;
}

static int take_request(struct peer *peer, struct json_object *request)
{
	struct control *control = peer->control;
	struct control_call call = {
		.peer = peer->id,
		.uid = peer->uid,
		.admin = is_admin(control, peer),
	};

	if (peer->busy) {
		drop(peer, "asked again before the answer");
		return 0;
	}
	peer->busy = true;
	if (!rate_allows(&control->rate, peer->uid, control_cost(request, call.admin),
		    clock_read().boot_ms)) {
		control_fail(control, peer->id, "busy", "asked too often; wait a few seconds");
		return 0;
	}
	if (loop_timer_set(peer->idle, -1) < 0) {
		drop(peer, "no timer");
		return 0;
	}
	return control_dispatch(control->core, &call, request);
}

static int on_readable(struct loop_source *source, uint32_t events, void *data)
{
	cleanup(ipc_message_finish) struct ipc_message message = {0};
	struct peer *peer = data;
	int r;

	(void)source;
	(void)events;
	r = ipc_receive(peer->fd, &message);
	if (r == IPC_E_AGAIN) {
		return 0;
	}
	if (r != 0) {
		drop(peer, r == IPC_E_CLOSED ? NULL : "broke the protocol");
		return 0;
	}
	if (!ipc_allowed(IPC_CLI, IPC_CORE, message.type)) {
		drop(peer, "sent a message that is not its to send");
		return 0;
	}
	return take_request(peer, message.body);
}

static int on_idle(struct loop_source *source, void *data)
{
	(void)source;
	drop(data, "asked nothing");
	return 0;
}

static bool has_room(const struct control *control, uid_t uid)
{
	size_t all = 0, same = 0;

	for (const struct peer *peer = control->peers; peer; peer = peer->next) {
		all++;
		same += peer->uid == uid;
	}
	/* some places stay for root, whatever the users do */
	return uid == 0 ? all < CONTROL_PEERS_MAX
			: same < CONTROL_PEERS_OF_USER_MAX && all < CONTROL_PEERS_MAX - 4;
}

/* Who asks nothing makes room for who may: of the same user, and for root of anybody. */
static bool make_room(struct control *control, uid_t uid)
{
	struct peer *oldest = NULL;

	for (struct peer *peer = control->peers; peer; peer = peer->next) {
		if (!peer->busy && (uid == 0 || peer->uid == uid)) {
			oldest = peer; /* newest first */
		}
	}
	if (oldest) {
		drop(oldest, "made room for another");
	}
	return has_room(control, uid);
}

static int add_peer(struct control *control, int *fd)
{
	struct loop *loop = control->core->loop;
	struct ipc_peer who;
	struct peer *peer;
	int r = ipc_peer_read(*fd, &who);

	if (r < 0 || (!has_room(control, who.uid) && !make_room(control, who.uid))) {
		return r;
	}
	peer = calloc(1, sizeof(*peer));
	if (!peer) {
		return -ENOMEM;
	}
	*peer = (struct peer){.control = control,
		.next = control->peers,
		.id = ++control->last_id,
		.fd = TAKE_FD(*fd),
		.uid = who.uid};
	control->peers = peer;
	r = loop_add_fd(loop, peer->fd, EPOLLIN, on_readable, peer, &peer->readable);
	if (r == 0) {
		r = loop_add_timer(loop, on_idle, peer, &peer->idle);
	}
	if (r == 0) {
		r = loop_timer_set(peer->idle, CONTROL_IDLE_MS);
	}
	if (r < 0) {
		drop(peer, "no room");
	}
	return 0;
}

static int on_acceptable(struct loop_source *source, uint32_t events, void *data)
{
	struct control *control = data;
	cleanup(fd_close) int fd = -1;

	(void)source;
	(void)events;
	fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		return 0; /* it went away, or no fd is left: the next one is tried again */
	}
	if (add_peer(control, &fd) < 0 &&
		log_limit_allows(&control->dropped, clock_read().boot_ms)) {
		log_info("could not take a peer of control.sock");
	}
	return 0;
}

int control_new(struct core *core, int listen_fd, struct control **ret_control)
{
	cleanup(control_free_p) struct control *control = calloc(1, sizeof(*control));
	int r;

	if (!control) {
		return -ENOMEM;
	}
	*control = (struct control){.core = core,
		.listen_fd = listen_fd,
		.dropped = {.window_ms = LOG_WINDOW_MS, .burst = LOG_BURST}};
	r = loop_add_fd(
		core->loop, listen_fd, EPOLLIN, on_acceptable, control, &control->acceptable);
	if (r == 0) {
		*ret_control = TAKE_PTR(control);
	}
	return r;
}

void control_free(struct control *control)
{
	if (!control) {
		return;
	}
	while (control->peers) {
		struct peer *peer = control->peers;

		control->peers = peer->next;
		peer_free(peer);
	}
	loop_source_free(control->acceptable);
	free(control);
}

void control_free_p(struct control **control)
{
	control_free(*control);
}
