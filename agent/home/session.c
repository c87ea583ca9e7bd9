/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include "clock.h"
#include "ipc-table.h"
#include "ipc.h"
#include "keeper-state.h"
#include "listener.h"
#include "log.h"
#include "teller.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define HELLO_FORMAT 1
/* A caretakerd that takes the call and hangs up is called again ever more slowly. */
#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS 300000

struct session {
	struct loop *loop;
	const char *path;
	int fd;
	char awaited[NAME_MAX + 1]; /* what is to appear in the watched directory */
	int appear;		    /* inotify while there is no socket */
	struct loop_source *receiving, *appearing, *retry;
	int64_t retry_ms;
	struct keeper *keeper;
	struct teller *teller;
	struct tidings *tidings;
	struct listener *listener;
};

void session_free(struct session *session)
{
	if (!session) {
		return;
	}
	loop_source_free(session->receiving);
	loop_source_free(session->appearing);
	loop_source_free(session->retry);
	fd_close(&session->fd);
	fd_close(&session->appear);
	keeper_free(session->keeper);
	teller_free(session->teller);
	tidings_free(session->tidings);
	listener_free(session->listener);
	free(session);
}

void session_free_p(struct session **session)
{
	session_free(*session);
}

static int connect_now(struct session *session);

/* Nobody is left to be told of streams. */
static void hang_up(struct session *session)
{
	listener_stop(session->listener);
	loop_source_free(TAKE_PTR(session->receiving));
	fd_close(&session->fd);
	session->fd = -1;
}

static int retry_later(struct session *session)
{
	hang_up(session);
	session->retry_ms = session->retry_ms == 0 ? RETRY_FIRST_MS : session->retry_ms * 2;
	if (session->retry_ms > RETRY_MAX_MS) {
		session->retry_ms = RETRY_MAX_MS;
	}
	return loop_timer_set(session->retry, session->retry_ms);
}

static int on_retry(struct loop_source *source, void *data)
{
	(void)source;
	return connect_now(data);
}

/* r: of making the body, which is put */
static int tell(struct session *session, enum ipc_type type, int r, struct json_object *body)
{
	if (r == 0) {
		r = ipc_send(session->fd, type, body);
		r = r == 0 || r == -ENOMEM ? r : retry_later(session);
	}
	json_object_put(body);
	return r;
}

static int tell_reopen(const struct enforce_profile *profile, void *data)
{
	struct session *session = data;

	return session->tidings ? tidings_reopen(session->tidings, profile->id) : 0;
}

/* Told when there is somebody: settings come first, and then state and facts. */
static int tell_state(void *data)
{
	struct session *session = data;
	struct json_object *body = NULL;
	int r = keeper_waiting(session->keeper, tell_reopen, session);

	if (r < 0 || session->fd < 0) {
		return r;
	}
	r = keeper_state(session->keeper, &body);
	return tell(session, IPC_HOME_STATE, r, body);
}

static int tell_facts(void *data)
{
	struct session *session = data;
	struct json_object *body = NULL;
	int r;

	if (session->fd < 0) {
		return 0;
	}
	r = teller_body(session->teller, &body);
	return tell(session, IPC_HOME_FACTS, r, body);
}

static int tell_streams(void *data)
{
	struct session *session = data;
	struct json_object *body = NULL;
	int r;

	if (session->fd < 0) {
		return 0;
	}
	r = listener_body(session->listener, &body);
	return tell(session, IPC_HOME_STREAMS, r, body);
}

static int take_settings(struct session *session, struct json_object *body)
{
	struct keeper_settings settings;
	struct tidings_news news;
	int r = keeper_set(session->keeper, body);

	if (r == 0) {
		r = keeper_settings_read(body, &settings);
	}
	if (r == 0) {
		r = teller_want(session->teller, settings.facts);
	}
	if (r == 0) {
		news = (struct tidings_news){.exemptions = settings.exemptions,
			.later = settings.later,
			.policy = settings.policy};
		if (settings.asked >= 0) {
			news.asked = settings.asked + (int64_t)keeper_asked(session->keeper);
		}
		r = tidings_take(session->tidings, &news);
	}
	session->retry_ms = r == 0 ? 0 : session->retry_ms;
	return r;
}

/* IPC_E_PROTOCOL when it is not for us, or no such thing */
static int take(struct session *session, const struct ipc_message *message)
{
	int r = IPC_E_PROTOCOL;

	if (!ipc_allowed(IPC_CORE, IPC_HOME, message->type)) {
		return r;
	}
	if (message->type == IPC_HOME_SETTINGS) {
		r = take_settings(session, message->body);
	} else if (message->type == IPC_HOME_UNDO) {
		r = keeper_undo(session->keeper, message->body);
	} else if (message->type == IPC_HOME_LISTEN) {
		r = listener_take(session->listener, message->body);
	}
	return r > 0 ? IPC_E_PROTOCOL : r;
}

static int on_message(struct loop_source *source, uint32_t events, void *data)
{
	struct session *session = data;
	struct ipc_message message = {0};
	int r = ipc_receive(session->fd, &message);

	(void)source;
	(void)events;
	if (r == IPC_E_AGAIN) {
		return 0;
	}
	if (r == 0) {
		r = take(session, &message);
		ipc_message_finish(&message);
	}
	if (r == 0 || r == -ENOMEM) {
		return r;
	}
	if (r != IPC_E_CLOSED) {
		log_warning("could not understand caretakerd: dropped the connection");
	}
	return retry_later(session);
}

/* Names beside the awaited one come and go in a shared directory: none of them is worth a try. */
static bool has_appeared(const struct session *session)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool appeared = false;
	ssize_t len;

	while ((len = read(session->appear, buf, sizeof(buf))) > 0) {
		for (char *p = buf; p < buf + len;) {
			const struct inotify_event *event = (const struct inotify_event *)p;

			/* without a name it is about the directory itself, or events were lost */
			appeared = appeared || event->len == 0 ||
				   strcmp(event->name, session->awaited) == 0;
			p += sizeof(*event) + event->len;
		}
	}
	return appeared;
}

static int on_appear(struct loop_source *source, uint32_t events, void *data)
{
	struct session *session = data;

	(void)source;
	(void)events;
	if (!has_appeared(session)) {
		return 0;
	}
	loop_source_free(TAKE_PTR(session->appearing));
	fd_close(&session->appear);
	session->appear = -1;
	return connect_now(session);
}

/* The nearest directory above the socket that exists, and what in it leads there */
static int watch_above(int fd, const char *path, char awaited[NAME_MAX + 1])
{
	char above[PATH_MAX];
	int wd = -1;

	snprintf(above, sizeof(above), "%s", path);
	while (wd < 0) {
		char *slash = strrchr(above, '/');

		if (!slash) {
			return -ENOENT;
		}
		snprintf(awaited, NAME_MAX + 1, "%s", slash + 1);
		slash[slash == above] = '\0';
		wd = inotify_add_watch(fd, above,
			IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB |
				IN_ONLYDIR);
		if (wd < 0 && (errno != ENOENT || strcmp(above, "/") == 0)) {
			return -errno;
		}
	}
	return 0;
}

static int wait_for_socket(struct session *session)
{
	int r;

	if (session->appear >= 0) {
		return 0;
	}
	session->appear = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	r = session->appear < 0 ? -errno
				: watch_above(session->appear, session->path, session->awaited);
	if (r == 0) {
		r = loop_add_fd(session->loop, session->appear, EPOLLIN, on_appear, session,
			&session->appearing);
	}
	return r;
}

static int say_hello(struct session *session)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *format = json_object_new_int(HELLO_FORMAT);

	if (!body || !format || json_object_object_add(body, "format", format) < 0) {
		json_object_put(format);
		return -ENOMEM;
	}
	return ipc_send(session->fd, IPC_HOME_HELLO, body);
}

static int connect_now(struct session *session)
{
	int r;

	session->fd = ipc_connect(session->path);
	if (session->fd == -ENOENT || session->fd == -ECONNREFUSED) {
		/* watch, then try once more: it may have come in between */
		session->fd = -1;
		r = wait_for_socket(session);
		if (r < 0) {
			return r;
		}
		session->fd = ipc_connect(session->path);
	}
	if (session->fd == -ECONNREFUSED) {
		/* bound already, and listened on in a moment: no event tells of that, listen(2) */
		return retry_later(session);
	}
	if (session->fd == -ENOENT) {
		session->fd = -1;
		return 0;
	}
	loop_source_free(TAKE_PTR(session->appearing));
	fd_close(&session->appear);
	session->appear = -1;
	if (session->fd < 0) {
		session->fd = -1;
		return retry_later(session);
	}
	r = loop_timer_set(session->retry, -1);
	if (r == 0) {
		r = fcntl(session->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
	}
	if (r == 0) {
		r = loop_add_fd(session->loop, session->fd, EPOLLIN, on_message, session,
			&session->receiving);
	}
	if (r < 0) {
		return r;
	}
	r = say_hello(session);
	return r == 0 || r == -ENOMEM ? r : retry_later(session);
}

static int make_parts(struct session *session, const struct session_config *config)
{
	const struct enforce_place *place = &config->place;
	struct keeper_config keeping = {.place = *place,
		.state = config->telling.state,
		.proc = config->proc,
		.changed = tell_state,
		.data = session};
	struct teller_config facts = {.root = place->root,
		.home = place->home,
		.uid = place->owner,
		.changed = tell_facts,
		.data = session};
	struct listener_config streams = {.programs = config->programs,
		.root = config->telling.root,
		.proc = config->proc,
		.uid = place->owner,
		.changed = tell_streams,
		.data = session};
	int r = keeper_new(session->loop, &keeping, &session->keeper);

	r = r == 0 ? teller_new(session->loop, &facts, &session->teller) : r;
	r = r == 0 ? tidings_new(session->loop, &config->telling, &session->tidings) : r;
	return r == 0 ? listener_new(session->loop, &streams, &session->listener) : r;
}

int session_new(
	struct loop *loop, const struct session_config *config, struct session **ret_session)
{
	cleanup(session_free_p) struct session *session = calloc(1, sizeof(*session));
	int r;

	if (!session) {
		return -ENOMEM;
	}
	session->loop = loop;
	session->path = config->path;
	session->fd = session->appear = -1;
	r = make_parts(session, config);
	if (r == 0) {
		r = loop_add_timer(loop, on_retry, session, &session->retry);
	}
	if (r == 0) {
		r = connect_now(session);
	}
	if (r == 0) {
		*ret_session = TAKE_PTR(session);
	}
	return r;
}
