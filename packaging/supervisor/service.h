/* SPDX-License-Identifier: Apache-2.0 */
/* One program that is kept running, or started on demand; never two at once. */
#pragma once

#include "loop.h"
#include "spawn.h"

enum service_kind {
	SERVICE_KEEP,	/* started by the first demand, and again when it ends */
	SERVICE_DEMAND, /* started by each demand; a demand while it runs counts once, afterwards */
};

struct service;

struct service_hooks {
	/* The process exists and waits: the place to write down its pid. Negative ends it. */
	int (*started)(struct service *service, pid_t pid, void *data);
	/* It has ended and been reaped; the next one is not yet started. */
	void (*ended)(struct service *service, void *data);
};

/*
 * spawn is copied, its strings and fds are borrowed. hooks may be NULL. stage: which services end
 * together, lowest first (see supervisor.c).
 */
must_check int service_new(struct loop *loop, const struct spawn *spawn, enum service_kind kind,
	int stage, const struct service_hooks *hooks, void *data, struct service **ret_service);
/* Kills what still runs. */
void service_free(struct service *service);

/* Start it, unless it ended in a bad way just now: then after 1 s, 2 s, 4 s, ... 60 s. */
must_check int service_demand(struct service *service);
/* No further start; signo to what runs. */
void service_stop(struct service *service, int signo);
bool service_is_running(const struct service *service);
int service_stage(const struct service *service);
