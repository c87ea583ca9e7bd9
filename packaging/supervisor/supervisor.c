// SPDX-License-Identifier: Apache-2.0
#include "supervisor.h"

#include "agent.h"
#include "config.h"
#include "fd.h"
#include "log.h"
#include "roster.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define PID_NAME "supervise.pid"

struct supervisor {
	struct loop *loop;
	struct roster roster;
	struct agent *agent;
	struct loop_source *signals[2];
	int rundir;
	int pid_file; /* locked while this one runs */
};

static int on_signal(struct loop_source *source, int signo, void *data)
{
	struct supervisor *supervisor = data;

	(void)source;
	(void)signo;
	roster_stop(&supervisor->roster);
	return 0;
}

static void on_server_ended(struct service *service, void *data)
{
	(void)service;
	roster_note_end(data);
}
static const struct service_hooks server_hooks = {.ended = on_server_ended};

static int start_server(struct roster *roster)
{
	struct spawn spawn = {
		.program = CARETAKER_BINDIR "/caretaker-server",
		.argument = "serve",
		.caps = "-all",
		.families = FAMILIES_NETWORK,
		.tcache_count = 400,
	};
	struct service *server;
	int r;

	r = roster_find_user("_caretaker-server", &spawn);
	if (r < 0) {
		return r;
	}
	r = roster_add(roster, &spawn, SERVICE_KEEP, ROSTER_SERVER, &server_hooks, roster, &server);
	return r < 0 ? r : service_demand(server);
}

/* /run is empty after a boot, and in many containers. */
static int open_rundir(struct supervisor *supervisor)
{
	if ((mkdir(CARETAKER_RUNDIR, 0755) < 0 && errno != EEXIST) ||
		(mkdir(CARETAKER_RUNDIR "/homes", 0755) < 0 && errno != EEXIST)) {
		return -errno;
	}
	supervisor->rundir = fd_open_dir(AT_FDCWD, CARETAKER_RUNDIR);
	return supervisor->rundir < 0 ? supervisor->rundir : 0;
}

static int write_pid(struct supervisor *supervisor)
{
	char text[32];
	int len;

	supervisor->pid_file = openat(
		supervisor->rundir, PID_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (supervisor->pid_file < 0) {
		return -errno;
	}
	if (flock(supervisor->pid_file, LOCK_EX | LOCK_NB) < 0) {
		return errno == EWOULDBLOCK ? SUPERVISOR_E_RUNNING : -errno;
	}
	len = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(supervisor->pid_file, 0) < 0) {
		return -errno;
	}
	return fd_write_all(supervisor->pid_file, text, (size_t)len);
}

static int catch_signals(struct supervisor *supervisor)
{
	static const int signals[] = {SIGTERM, SIGINT};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(signals); i++) {
		r = loop_add_signal(supervisor->loop, signals[i], on_signal, supervisor,
			&supervisor->signals[i]);
	}
	return r;
}

static int prepare(struct supervisor *supervisor)
{
	int r;

	r = open_rundir(supervisor);
	if (r < 0) {
		log_error("could not make %s: %s", CARETAKER_RUNDIR, strerror(-r));
		return r;
	}
	r = write_pid(supervisor);
	if (r != 0) {
		return r;
	}
	r = loop_new(&supervisor->loop);
	if (r < 0) {
		return r;
	}
	r = roster_init(&supervisor->roster, supervisor->loop);
	return r < 0 ? r : catch_signals(supervisor);
}

static int start(struct supervisor *supervisor, const struct supervisor_options *options)
{
	int r = 0;

	if (options->server) {
		r = start_server(&supervisor->roster);
	}
	if (r == 0 && options->agent) {
		r = agent_start(&supervisor->roster, options, &supervisor->agent);
	}
	return r;
}

static void finish(struct supervisor *supervisor)
{
	roster_finish(&supervisor->roster);
	agent_free(supervisor->agent);
	for (size_t i = 0; i < ARRAY_LEN(supervisor->signals); i++) {
		loop_source_free(supervisor->signals[i]);
	}
	loop_free(supervisor->loop);
	fd_close(&supervisor->pid_file);
	fd_close(&supervisor->rundir);
}

int supervisor_run(const struct supervisor_options *options)
{
	struct supervisor supervisor = {.rundir = -1, .pid_file = -1};
	int r;

	r = prepare(&supervisor);
	if (r == 0) {
		r = start(&supervisor, options);
		if (r == 0) {
			r = loop_run(supervisor.loop);
		}
		(void)unlinkat(supervisor.rundir, PID_NAME, 0);
	}
	finish(&supervisor);
	return r;
}
