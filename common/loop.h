/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's event loop: epoll, level triggered, one thread. Sources: fd, timer (one shot,
 * CLOCK_BOOTTIME), signal, child (pidfd), deferred call. A source may be freed inside its own
 * callback or inside another's: it is never called again. A callback that returns negative ends
 * loop_run with that value. Sources and loop may be freed in any order.
 */
#pragma once

#include "base.h"

#include <signal.h>
#include <sys/types.h>

#define LOOP_SOURCES_MAX 512

struct loop;
struct loop_source;

typedef int (*loop_fd_fn)(struct loop_source *source, uint32_t events, void *data);
typedef int (*loop_fn)(struct loop_source *source, void *data);
typedef int (*loop_signal_fn)(struct loop_source *source, int signo, void *data);
/* status as of waitpid(2) */
typedef int (*loop_child_fn)(struct loop_source *source, pid_t pid, int status, void *data);

must_check int loop_new(struct loop **ret_loop);
void loop_free(struct loop *loop);
void loop_free_p(struct loop **loop);

/* The fd stays the caller's; free the source before closing it. events: EPOLLIN, EPOLLOUT, ... */
must_check int loop_add_fd(struct loop *loop, int fd, uint32_t events, loop_fd_fn fn, void *data,
	struct loop_source **ret_source);
must_check int loop_fd_set_events(struct loop_source *source, uint32_t events);
/* Armed by loop_timer_set or loop_timer_set_wall, whichever came last; fires once each. */
must_check int loop_add_timer(
	struct loop *loop, loop_fn fn, void *data, struct loop_source **ret_source);
/* after_ms from now on CLOCK_BOOTTIME; negative disarms */
must_check int loop_timer_set(struct loop_source *source, int64_t after_ms);
/*
 * Fires when the wall clock reaches this second, or at once when somebody sets the clock, forward
 * or back (TFD_TIMER_CANCEL_ON_SET): read the clock and arm again. Negative disarms.
 */
must_check int loop_timer_set_wall(struct loop_source *source, int64_t wall_s);
/* Blocks the signal and leaves it blocked: a program that forks resets the mask before exec. */
must_check int loop_add_signal(struct loop *loop, int signo, loop_signal_fn fn, void *data,
	struct loop_source **ret_source);
/* Reaps the child, then calls once. Freed earlier, the child is the caller's to wait for. */
must_check int loop_add_child(struct loop *loop, pid_t pid, loop_child_fn fn, void *data,
	struct loop_source **ret_source);
/* Runs once, before the loop sleeps again */
must_check int loop_defer(
	struct loop *loop, loop_fn fn, void *data, struct loop_source **ret_source);

void loop_source_free(struct loop_source *source);
void loop_source_free_p(struct loop_source **source);

/*
 * Called when nothing is left to do and nothing came for linger_ms, once after each time it worked:
 * what comes in bursts finds the loop as the last event left it.
 */
void loop_set_idle(struct loop *loop, int linger_ms, void (*fn)(void *data), void *data);
must_check int loop_run(struct loop *loop); /* until loop_quit; returns its code, or -errno */
void loop_quit(struct loop *loop, int code);
