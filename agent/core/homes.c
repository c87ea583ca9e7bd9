/* SPDX-License-Identifier: Apache-2.0 */
#include "homes.h"

#include "claims.h"
#include "home-facts.h"
#include "home-genuine.h"
#include "home-settings.h"
#include "home-state.h"
#include "home-streams.h"
#include "homes-parts.h"
#include "ipc-table.h"
#include "ipc.h"
#include "local-accounts.h"
#include "log.h"
#include "sensors.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define LOG_WINDOW_MS 600000
#define LOG_BURST 5

static void disconnect(struct home *home)
{
	loop_source_free(TAKE_PTR(home->readable));
	fd_close(&home->fd);
	home->fd = -1;
	home->greeted = false;
	home_quiet_forget(home);
	if (claims_worker_gone(home->homes->core->claims, home->uid) < 0) {
		log_error("could not note that a worker is gone");
	}
	if (home->homes->core->sensors &&
		media_forget_streams(sensors_media(home->homes->core->sensors), home->uid) < 0) {
		log_error("could not forget what a worker said of streams");
	}
	home_wait_heard(home->homes, home);
}

static void home_free(struct home *home)
{
	disconnect(home);
	home_state_finish(&home->state);
	json_object_put(home->later);
	free(home);
}

static void tell(struct homes *homes, const char *what)
{
	if (log_limit_allows(&homes->refused, clock_read().boot_ms)) {
		log_warning("home.sock: %s", what);
	}
}

static void send_settings(struct home *home)
{
	cleanup(json_put) struct json_object *body = NULL;
	const struct core *core = home->homes->core;
	int r;

	json_object_put(TAKE_PTR(home->later));
	r = home_settings_later(core, home->uid, &home->later);
	if (r == 0) {
		r = home_settings_build(core, home->homes->serial, home->later, &body);
	}
	if (r == 0) {
		r = ipc_send(home->fd, IPC_HOME_SETTINGS, body);
	}
	if (r == 0) {
		r = home_quiet_asked(home);
	}
	if (r != 0) {
		tell(home->homes, "could not tell a worker what to keep");
		disconnect(home);
	}
}

static void send_listen(struct home *home, bool on)
{
	struct json_build build = json_build_object();
	cleanup(json_put) struct json_object *body = NULL;
	int r;

	json_build_int(&build, "format", 1);
	json_build_bool(&build, "on", on);
	r = json_build_finish(&build, &body);
	if (r == 0) {
		r = ipc_send(home->fd, IPC_HOME_LISTEN, body);
	}
	if (r != 0) {
		tell(home->homes, "could not tell a worker to listen");
		disconnect(home);
	}
}

static void listen_if_wanted(struct home *home)
{
	if (media_wants(sensors_media(home->homes->core->sensors), home->uid)) {
		send_listen(home, true);
	}
}

static void take_state(struct home *home, struct json_object *body)
{
	struct home_state state = {0};
	struct json_error error = {"", "is wrong"};

	if (home_state_read(body, home->uid, &state, &error) != 0) {
		tell(home->homes, "a worker's answer is not in its format");
		disconnect(home);
		return;
	}
	home_state_finish(&home->state);
	home->state = state;
	home->said_at = clock_read().wall_s;
	home_wait_heard(home->homes, home);
	if (home->state.serial >= home->homes->serial && home_quiet_answered(home)) {
		listen_if_wanted(home);
	}
}

static void take_facts(struct home *home, struct json_object *body)
{
	struct personal facts;

	if (home_facts_read(body, &facts) != 0) {
		tell(home->homes, "a worker's facts are not in their format");
		disconnect(home);
		return;
	}
	if (claims_take(home->homes->core->claims, home->uid, &facts) < 0) {
		tell(home->homes, "could not take a worker's facts");
		disconnect(home);
	}
}

static void take_streams(struct home *home, struct json_object *body)
{
	struct media_streams streams;

	if (home_streams_read(body, home->uid, &streams) != 0) {
		tell(home->homes, "what a worker says of streams is not in its format");
		disconnect(home);
		return;
	}
	if (media_take_streams(sensors_media(home->homes->core->sensors), &streams) < 0) {
		tell(home->homes, "could not take what a worker says of streams");
		disconnect(home);
	}
}

static void greet(struct home *home)
{
	home->greeted = true;
	send_settings(home);
	if (home->greeted) {
		listen_if_wanted(home);
	}
}

static void take_message(struct home *home, const struct ipc_message *message)
{
	if (!ipc_allowed(IPC_HOME, IPC_CORE, message->type) ||
		!rate_allows(&home->homes->rate, home->uid, 1, clock_read().boot_ms)) {
		tell(home->homes, "a worker sent what it should not, or too much");
		disconnect(home);
		return;
	}
	if (message->type == IPC_HOME_HELLO && !home->greeted) {
		greet(home);
	} else if (message->type == IPC_HOME_STATE && home->greeted) {
		take_state(home, message->body);
	} else if (message->type == IPC_HOME_FACTS && home->greeted) {
		take_facts(home, message->body);
	} else if (message->type == IPC_HOME_STREAMS && home->greeted) {
		take_streams(home, message->body);
	} else if (message->type != IPC_ERROR) {
		tell(home->homes, "a worker sent a message out of turn");
		disconnect(home);
	}
}

static int on_readable(struct loop_source *source, uint32_t events, void *data)
{
	cleanup(ipc_message_finish) struct ipc_message message = {0};
	struct home *home = data;
	int r = ipc_receive(home->fd, &message);

	(void)source;
	(void)events;
	if (r == IPC_E_AGAIN) {
		return 0;
	}
	if (r != 0) {
		disconnect(home);
		return 0;
	}
	take_message(home, &message);
	return 0;
}

static struct home *find(struct homes *homes, uid_t uid)
{
	for (struct home *home = homes->list; home; home = home->next) {
		if (home->uid == uid) {
			return home;
		}
	}
	return NULL;
}

static struct home *find_or_add(struct homes *homes, uid_t uid)
{
	struct home *home = find(homes, uid);
	size_t n = 0;

	for (struct home *other = homes->list; other; other = other->next) {
		n++;
	}
	if (home || n >= HOMES_MAX) {
		return home;
	}
	home = calloc(1, sizeof(*home));
	if (home) {
		*home = (struct home){.homes = homes, .next = homes->list, .uid = uid, .fd = -1};
		homes->list = home;
	}
	return home;
}

/* The newest genuine worker counts: a restarted one takes the place of its forerunner. */
static int admit(struct homes *homes, int *fd)
{
	struct ipc_peer who;
	struct home *home;
	int r = ipc_peer_read(*fd, &who);

	if (r < 0) {
		return 0;
	}
	if (!local_accounts_is_person(&homes->core->root, who.uid) ||
		!home_genuine(homes->run_fd, who.pid, who.uid)) {
		tell(homes, "refused a process that is no user's worker");
		return 0;
	}
	home = find_or_add(homes, who.uid);
	if (!home) {
		tell(homes, "no room for another user's worker");
		return 0;
	}
	disconnect(home);
	home->fd = TAKE_FD(*fd);
	home->state.serial = 0; /* its forerunner answered, not this one */
	r = loop_add_fd(homes->core->loop, home->fd, EPOLLIN, on_readable, home, &home->readable);
	if (r < 0) {
		disconnect(home);
	}
	return 0;
}

static int on_acceptable(struct loop_source *source, uint32_t events, void *data)
{
	struct homes *homes = data;
	cleanup(fd_close) int fd = -1;

	(void)source;
	(void)events;
	fd = accept4(homes->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return fd < 0 ? 0 : admit(homes, &fd);
}

int homes_new(struct core *core, int listen_fd, struct homes **ret_homes)
{
	cleanup(homes_free_p) struct homes *homes = calloc(1, sizeof(*homes));
	int r;

	if (!homes) {
		return -ENOMEM;
	}
	*homes = (struct homes){.core = core,
		.listen_fd = listen_fd,
		.run_fd = -1,
		.serial = 1, /* 0 is of a worker that answers nothing */
		.refused = {.window_ms = LOG_WINDOW_MS, .burst = LOG_BURST}};
	homes->run_fd = fd_open_dir(AT_FDCWD, core->options.run);
	if (homes->run_fd < 0) {
		return homes->run_fd;
	}
	r = home_quiet_new(homes);
	if (r == 0) {
		r = loop_add_fd(
			core->loop, listen_fd, EPOLLIN, on_acceptable, homes, &homes->acceptable);
	}
	if (r == 0) {
		*ret_homes = TAKE_PTR(homes);
	}
	return r;
}

void homes_free(struct homes *homes)
{
	if (!homes) {
		return;
	}
	home_wait_free_all(homes);
	while (homes->list) {
		struct home *home = homes->list;

		homes->list = home->next;
		home_free(home);
	}
	loop_source_free(homes->quiet);
	loop_source_free(homes->acceptable);
	fd_close(&homes->run_fd);
	free(homes);
}

void homes_free_p(struct homes **homes)
{
	homes_free(*homes);
}

static void send_all_settings(struct homes *homes)
{
	homes->serial++;
	for (struct home *home = homes->list; home; home = home->next) {
		if (home->greeted) {
			send_settings(home);
		}
	}
}

void homes_listen(struct homes *homes, uid_t uid, bool on)
{
	struct home *home = find(homes, uid);

	if (home && home->greeted) {
		send_listen(home, on);
	}
}

void homes_settings_changed(struct homes *homes)
{
	homes->asked_first = homes->serial + 1;
	send_all_settings(homes);
}

void homes_later_changed(struct homes *homes)
{
	for (struct home *home = homes->list; home; home = home->next) {
		cleanup(json_put) struct json_object *later = NULL;

		if (home->greeted && home_settings_later(homes->core, home->uid, &later) == 0 &&
			!json_equal(later, home->later)) {
			send_settings(home);
		}
	}
}

static int undo_body(
	int64_t serial, const char *client, const char *key, struct json_object **ret_body)
{
	struct json_build build = json_build_object();

	if (client) {
		json_build_string(&build, "client", client);
	} else {
		json_build_null(&build, "client");
	}
	if (key) {
		json_build_string(&build, "key", key);
	} else {
		json_build_null(&build, "key");
	}
	json_build_int(&build, "serial", serial);
	return json_build_finish(&build, ret_body);
}

/* First what is to go back, which a worker then leaves alone until the settings that follow */
void homes_undo(struct homes *homes, const char *client, const char *key)
{
	cleanup(json_put) struct json_object *body = NULL;

	homes->asked_first = ++homes->serial;
	if (undo_body(homes->serial, client, key, &body) < 0) {
		return;
	}
	for (struct home *home = homes->list; home; home = home->next) {
		if (home->greeted && ipc_send(home->fd, IPC_HOME_UNDO, body) != 0) {
			tell(homes, "could not tell a worker to put back");
			disconnect(home);
		}
	}
	send_all_settings(homes);
}
