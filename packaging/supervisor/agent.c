// SPDX-License-Identifier: Apache-2.0
#include "agent.h"

#include "config.h"
#include "fd.h"
#include "ipc.h"
#include "log.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define OUTBOX CARETAKER_SPOOLDIR "/outbox"
#define HOMES_DIR CARETAKER_RUNDIR "/homes"
#define WAKE "wake"

/* ARCHITECTURE.md, Paths */
enum { SOCKET_CONTROL, SOCKET_HOME, SOCKET_HAND, SOCKET_LEGACY, SOCKET_FIREWALL, SOCKET_COUNT };
static const struct socket_row {
	const char *name;
	const char *path;
	mode_t mode;
} sockets[SOCKET_COUNT] = {
	[SOCKET_CONTROL] = {"control", CARETAKER_RUNDIR "/control.sock", 0666},
	[SOCKET_HOME] = {"home", CARETAKER_RUNDIR "/home.sock", 0666},
	[SOCKET_HAND] = {"hand", CARETAKER_RUNDIR "/hand.sock", 0600},
	[SOCKET_FIREWALL] = {"firewall", CARETAKER_RUNDIR "/firewall.sock", 0600},
	[SOCKET_LEGACY] = {"legacy", CARETAKER_RUNDIR "/legacy.sock", 0600},
};

struct worker {
	struct agent *agent;
	uid_t uid;
};

/* Started when somebody connects to its socket */
struct called {
	int which; /* of the sockets */
	struct service *service;
	struct loop_source *source;
};
enum { CALLED_HAND, CALLED_LEGACY, CALLED_FIREWALL, CALLED_COUNT };

struct agent {
	struct roster *roster;
	int fds[SOCKET_COUNT];
	int inotify;
	int homesdir;
	struct called called[CALLED_COUNT];
	struct service *courier;
	struct loop_source *wake_source;
	struct homes homes;
	struct worker workers[HOMES_MAX]; /* one for each of homes */
};

static void on_ended(struct service *service, void *data)
{
	struct agent *agent = data;

	for (size_t i = 0; i < ARRAY_LEN(agent->called); i++) {
		const struct called *called = &agent->called[i];

		if (service == called->service && loop_fd_set_events(called->source, EPOLLIN) < 0) {
			log_error("could not watch %s", sockets[called->which].path);
		}
	}
	roster_note_end(agent->roster);
}
static const struct service_hooks plain_hooks = {.ended = on_ended};

static int on_home_started(struct service *service, pid_t pid, void *data)
{
	struct worker *worker = data;

	(void)service;
	return homes_write_pid(worker->agent->homesdir, worker->uid, pid);
}

static void on_home_ended(struct service *service, void *data)
{
	struct worker *worker = data;

	(void)service;
	homes_remove_pid(worker->agent->homesdir, worker->uid);
	roster_note_end(worker->agent->roster);
}
static const struct service_hooks home_hooks = {.started = on_home_started, .ended = on_home_ended};

/* A connection waits: the program accepts it, so the socket rests here until it has ended. */
static int on_called(struct loop_source *source, uint32_t events, void *data)
{
	struct called *called = data;
	int r;

	(void)events;
	r = loop_fd_set_events(source, 0);
	return r < 0 ? r : service_demand(called->service);
}

static int on_outbox(struct loop_source *source, uint32_t events, void *data)
{
	struct agent *agent = data;
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(agent->inotify, buf, sizeof(buf));
	bool wanted = false;

	(void)source;
	(void)events;
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const struct inotify_event *)(buf + at);

		/* Among events that were lost may have been the one. */
		wanted |= (event->mask & IN_Q_OVERFLOW) ||
			  (event->len && strcmp(event->name, WAKE) == 0);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	return wanted ? service_demand(agent->courier) : 0;
}

static int listen_on(struct agent *agent, int which)
{
	int fd = ipc_listen(sockets[which].path, sockets[which].mode);

	if (fd < 0) {
		log_error("could not listen on %s: %s", sockets[which].path, strerror(-fd));
		return fd;
	}
	agent->fds[which] = fd;
	return fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static void give_socket(const struct agent *agent, int which, struct spawn *spawn)
{
	spawn->fds[spawn->n_fds++] =
		(struct spawn_fd){.name = sockets[which].name, .fd = agent->fds[which]};
}

static int start_core(struct agent *agent)
{
	struct spawn spawn = {
		.program = CARETAKER_LIBEXECDIR "/caretakerd",
		.caps = "-all,+dac_read_search,+kill,+net_admin,+setgid,+setuid,+sys_ptrace",
		.families = FAMILIES_KERNEL,
	};
	struct service *core;
	int r;

	give_socket(agent, SOCKET_CONTROL, &spawn);
	give_socket(agent, SOCKET_HOME, &spawn);
	r = roster_add(
		agent->roster, &spawn, SERVICE_KEEP, ROSTER_CORE, &plain_hooks, agent, &core);
	return r < 0 ? r : service_demand(core);
}

static int listen_for(struct agent *agent, struct spawn *spawn, int which, struct called *called)
{
	int r;

	called->which = which;
	give_socket(agent, which, spawn);
	r = roster_add(agent->roster, spawn, SERVICE_DEMAND, ROSTER_WORKERS, &plain_hooks, agent,
		&called->service);
	return r < 0 ? r
		     : loop_add_fd(agent->roster->loop, agent->fds[which], EPOLLIN, on_called,
			       called, &called->source);
}

static int start_hand(struct agent *agent)
{
	struct spawn spawn = {
		.program = CARETAKER_LIBEXECDIR "/caretaker-hand",
		.caps = "-all,+chown,+dac_override,+fowner",
		.families = FAMILIES_LOCAL,
	};

	return listen_for(agent, &spawn, SOCKET_HAND, &agent->called[CALLED_HAND]);
}

static int start_firewall(struct agent *agent)
{
	struct spawn spawn = {
		.program = CARETAKER_LIBEXECDIR "/caretaker-firewall",
		.caps = "-all,+net_admin,+net_raw",
		.families = FAMILIES_KERNEL,
	};

	return listen_for(agent, &spawn, SOCKET_FIREWALL, &agent->called[CALLED_FIREWALL]);
}

static int start_legacy(struct agent *agent)
{
	struct spawn spawn = {
		.program = CARETAKER_LIBEXECDIR "/caretaker-legacy",
		.caps = "-all,+net_admin",
		.families = FAMILIES_MUTE,
	};

	return listen_for(agent, &spawn, SOCKET_LEGACY, &agent->called[CALLED_LEGACY]);
}

static int watch_outbox(struct agent *agent)
{
	agent->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (agent->inotify < 0) {
		return -errno;
	}
	if (inotify_add_watch(agent->inotify, OUTBOX,
		    IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR) < 0) {
		int r = -errno;

		log_error("could not watch %s: %s", OUTBOX, strerror(-r));
		return r;
	}
	return loop_add_fd(agent->roster->loop, agent->inotify, EPOLLIN, on_outbox, agent,
		&agent->wake_source);
}

static int start_courier(struct agent *agent)
{
	struct spawn spawn = {
		.program = CARETAKER_LIBEXECDIR "/caretaker-courier",
		.caps = "-all",
		.families = FAMILIES_NETWORK,
	};
	int r;

	r = roster_find_user("_caretaker", &spawn);
	if (r < 0) {
		return r;
	}
	r = roster_add(agent->roster, &spawn, SERVICE_DEMAND, ROSTER_WORKERS, &plain_hooks, agent,
		&agent->courier);
	return r < 0 ? r : watch_outbox(agent);
}

static int start_home(struct agent *agent, size_t i)
{
	const struct home *home = &agent->homes.items[i];
	struct spawn spawn = {
		.program = CARETAKER_LIBEXECDIR "/caretaker-home",
		.caps = "-all",
		.families = FAMILIES_LOCAL,
		.uid = home->uid,
		.gid = home->gid,
		.user = home->user,
		.home = home->path,
	};
	struct service *service;
	int r;

	agent->workers[i] = (struct worker){.agent = agent, .uid = home->uid};
	r = roster_add(agent->roster, &spawn, SERVICE_KEEP, ROSTER_WORKERS, &home_hooks,
		&agent->workers[i], &service);
	return r < 0 ? r : service_demand(service);
}

static int start_homes(struct agent *agent, const struct supervisor_options *options)
{
	int r;

	agent->homesdir = fd_open_dir(AT_FDCWD, HOMES_DIR);
	if (agent->homesdir < 0) {
		return agent->homesdir;
	}
	r = homes_read(options->only_homes, options->n_only_homes, &agent->homes);
	for (size_t i = 0; r == 0 && i < agent->homes.len; i++) {
		r = start_home(agent, i);
	}
	return r;
}

int agent_start(
	struct roster *roster, const struct supervisor_options *options, struct agent **ret_agent)
{
	static int (*const steps[])(struct agent * agent) = {
		start_firewall, start_hand, start_legacy, start_courier, start_core};
	struct agent *agent = calloc(1, sizeof(*agent));
	int r = 0;

	if (!agent) {
		return -ENOMEM;
	}
	*agent = (struct agent){
		.roster = roster, .fds = {-1, -1, -1, -1, -1}, .inotify = -1, .homesdir = -1};
	for (int i = 0; r == 0 && i < SOCKET_COUNT; i++) {
		r = listen_on(agent, i);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(steps); i++) {
		r = steps[i](agent);
	}
	if (r == 0 && options->homes) {
		r = start_homes(agent, options);
	}
	/* Also when it failed: what has started points here, and stops first. */
	*ret_agent = agent;
	return r;
}

void agent_free(struct agent *agent)
{
	if (!agent) {
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(agent->called); i++) {
		loop_source_free(agent->called[i].source);
	}
	loop_source_free(agent->wake_source);
	for (int i = 0; i < SOCKET_COUNT; i++) {
		if (agent->fds[i] >= 0) {
			(void)unlink(sockets[i].path);
			(void)close(agent->fds[i]);
		}
	}
	fd_close(&agent->inotify);
	fd_close(&agent->homesdir);
	homes_finish(&agent->homes);
	free(agent);
}
