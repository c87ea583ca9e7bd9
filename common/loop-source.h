/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of loop.c and loop-source.c alone. */
#pragma once

#include "loop.h"

enum loop_source_kind { LOOP_FD, LOOP_TIMER, LOOP_SIGNAL, LOOP_CHILD, LOOP_DEFER };

struct loop {
	int epoll_fd;
	int code;
	bool quit;
	bool running;
	bool have_dead;
	bool worked;	  /* since idle was last called */
	size_t n_sources; /* dead ones are not counted */
	size_t deferred;  /* armed deferred calls */
	uint64_t defer_count;
	struct loop_source *sources;
	int linger_ms; /* from the last work to idle */
	void (*idle)(void *data);
	void *idle_data;
};

struct loop_source {
	enum loop_source_kind kind;
	bool dead;
	bool armed; /* LOOP_DEFER: still to run */
	bool set;   /* LOOP_TIMER: to be called yet, or to be disarmed once more */
	int fd;	    /* LOOP_FD: the caller's; otherwise its own; -1 for none */
	int clock;  /* LOOP_TIMER: clock of fd */
	pid_t pid;  /* LOOP_CHILD */
	uint64_t defer_number;
	struct loop *loop; /* NULL once the loop is gone */
	struct loop_source *prev, *next;
	union {
		loop_fd_fn fd;
		loop_fn plain;
		loop_signal_fn signal;
		loop_child_fn child;
	} fn;
	void *data;
};

/* Takes it out of epoll and of the loop's list, and closes its own fd. */
void loop_source_detach(struct loop_source *source);
must_check int loop_source_dispatch(struct loop_source *source, uint32_t events);
