/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of homes.c, homes-view.c, home-quiet.c and home-wait.c alone. */
#pragma once

#include "home-state.h"
#include "homes.h"
#include "log.h"
#include "rate.h"

struct home {
	struct homes *homes;
	struct home *next;
	uid_t uid;
	int fd; /* -1: the worker is gone, and what follows is the last it said */
	bool greeted;
	struct loop_source *readable;
	struct json_object *later; /* as last told */
	struct home_state state;
	int64_t said_at; /* wall second of the last HOME_STATE; 0 for none */
	bool asked;	 /* and has not answered since */
	unsigned quiet;	 /* looks at it since then; HOMES_QUIET_MAX: it hangs */
};

struct home_wait;

struct homes {
	struct core *core;
	int listen_fd;
	int run_fd;
	struct loop_source *acceptable;
	struct home *list;
	int64_t serial;	     /* of the last message that a state answers */
	int64_t asked_first; /* of the first one of the last request */
	struct home_wait *waits;
	struct loop_source *quiet;
	bool quiet_armed;
	struct rate rate;
	struct log_limit refused;
};

/* A worker answered, or is gone: those who waited for it alone are told. */
void home_wait_heard(struct homes *homes, const struct home *home);
/* A message was sent that wants an answer. */
must_check int home_quiet_asked(struct home *home);
/* Whether it was taken for one that hangs until now */
bool home_quiet_answered(struct home *home);
/* Its connection is gone, and with it what it was asked. */
void home_quiet_forget(struct home *home);
/* There is a worker, and it does not hang. */
bool home_quiet_is_heard(const struct home *home);
must_check int home_quiet_new(struct homes *homes);
/* At the end: nobody is told any more. */
void home_wait_free_all(struct homes *homes);
