// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include "clock.h"
#include "log.h"

#include <string.h>
#include <sys/wait.h>

#define DELAY_FIRST_MS ((int64_t)1000)
#define DELAY_LAST_MS ((int64_t)60 * 1000)
#define STEADY_MS                                                                       \
	((int64_t)60 * 1000) /* ran this long: its next end starts with the first delay \
			      */

struct service {
	struct loop *loop;
	struct spawn spawn;
	enum service_kind kind;
	int stage;
	const struct service_hooks *hooks;
	void *data;
	const char *name;
	struct loop_source *child;
	struct loop_source *timer;
	pid_t pid; /* 0 when it does not run */
	int64_t started_ms;
	int64_t delay_ms; /* 0 when the next start needs no wait */
	bool waiting;	  /* the timer is armed */
	bool demanded;
	bool stopping;
};

static int service_start(struct service *service);

static int on_delay_over(struct loop_source *source, void *data)
{
	struct service *service = data;

	(void)source;
	service->waiting = false;
	return service->demanded && !service->pid ? service_start(service) : 0;
}

static void choose_delay(struct service *service, bool bad)
{
	if (!bad) {
		service->delay_ms = 0;
	} else if (service->delay_ms == 0 ||
		   clock_read().boot_ms - service->started_ms >= STEADY_MS) {
		service->delay_ms = DELAY_FIRST_MS;
	} else if (service->delay_ms < DELAY_LAST_MS) {
		service->delay_ms = service->delay_ms * 2 < DELAY_LAST_MS ? service->delay_ms * 2
									  : DELAY_LAST_MS;
	}
}

static void say_end(const struct service *service, int status)
{
	if (service->stopping) {
		log_info("%s stopped", service->name);
	} else if (WIFSIGNALED(status)) {
		log_warning("%s ended by signal %d", service->name, WTERMSIG(status));
	} else if (WEXITSTATUS(status) != 0 || service->kind == SERVICE_KEEP) {
		log_warning("%s ended with status %d", service->name, WEXITSTATUS(status));
	}
}

static int on_ended(struct loop_source *source, pid_t pid, int status, void *data)
{
	struct service *service = data;
	/* What runs on demand may end when it has done its work. */
	bool good =
		WIFEXITED(status) && WEXITSTATUS(status) == 0 && service->kind == SERVICE_DEMAND;

	(void)source;
	(void)pid;
	loop_source_free(service->child);
	service->child = NULL;
	service->pid = 0;
	say_end(service, status);
	choose_delay(service, !good);
	if (service->kind == SERVICE_KEEP) {
		service->demanded = true;
	}
	if (service->hooks && service->hooks->ended) {
		service->hooks->ended(service, service->data);
	}
	return service->demanded ? service_demand(service) : 0;
}

static int service_start(struct service *service)
{
	cleanup(fd_close) int gate = -1;
	pid_t pid;
	int r;

	r = spawn_start(&service->spawn, &gate, &pid);
	if (r < 0) {
		log_error("could not start %s: %s", service->name, strerror(-r));
		choose_delay(service, true);
		return service_demand(service);
	}
	service->pid = pid;
	service->demanded = false;
	service->started_ms = clock_read().boot_ms;
	r = loop_add_child(service->loop, pid, on_ended, service, &service->child);
	if (r < 0) {
		log_error("could not watch %s: %s", service->name, strerror(-r));
		return r;
	}
	if (service->hooks && service->hooks->started) {
		r = service->hooks->started(service, pid, service->data);
	}
	if (r < 0) {
		log_error("could not write down %s: %s", service->name, strerror(-r));
		(void)kill(pid, SIGKILL);
		return 0;
	}
	if (service->kind == SERVICE_KEEP) {
		log_info("%s started", service->name);
	}
	return 0;
}

int service_new(struct loop *loop, const struct spawn *spawn, enum service_kind kind, int stage,
	const struct service_hooks *hooks, void *data, struct service **ret_service)
{
	struct service *service = calloc(1, sizeof(*service));
	const char *slash = strrchr(spawn->program, '/');
	int r;

	if (!service) {
		return -ENOMEM;
	}
	*service = (struct service){
		.loop = loop,
		.spawn = *spawn,
		.kind = kind,
		.stage = stage,
		.hooks = hooks,
		.data = data,
		.name = slash ? slash + 1 : spawn->program,
	};
	r = loop_add_timer(loop, on_delay_over, service, &service->timer);
	if (r < 0) {
		service_free(service);
		return r;
	}
	*ret_service = service;
	return 0;
}

void service_free(struct service *service)
{
	if (!service) {
		return;
	}
	loop_source_free(service->child);
	loop_source_free(service->timer);
	if (service->pid) {
		(void)kill(service->pid, SIGKILL);
		(void)waitpid(service->pid, NULL, 0);
	}
	free(service);
}

int service_demand(struct service *service)
{
	if (service->stopping) {
		return 0;
	}
	service->demanded = true;
	if (service->pid || service->waiting) {
		return 0;
	}
	if (service->delay_ms == 0) {
		return service_start(service);
	}
	service->waiting = true;
	return loop_timer_set(service->timer, service->delay_ms);
}

void service_stop(struct service *service, int signo)
{
	service->stopping = true;
	if (service->pid) {
		(void)kill(service->pid, signo);
	}
}

bool service_is_running(const struct service *service)
{
	return service->pid != 0;
}

int service_stage(const struct service *service)
{
	return service->stage;
}
