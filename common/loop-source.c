/* SPDX-License-Identifier: Apache-2.0 */
#include "loop-source.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

static struct loop_source *source_new(struct loop *loop, enum loop_source_kind kind, void *data)
{
	struct loop_source *s = calloc(1, sizeof(*s));

	if (s) {
		*s = (struct loop_source){.kind = kind, .fd = -1, .data = data, .loop = loop};
	}
	return s;
}

/* At the head: what a callback adds is not met by the walk that called it. */
static void attach(struct loop_source *s)
{
	s->next = s->loop->sources;
	if (s->next) {
		s->next->prev = s;
	}
	s->loop->sources = s;
	s->loop->n_sources++;
}

static void close_own(struct loop_source *s)
{
	if (s->fd < 0) {
		return;
	}
	if (s->loop) {
		(void)epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
	}
	if (s->kind != LOOP_FD) {
		close(s->fd);
	}
	s->fd = -1;
}

static void disarm_defer(struct loop_source *s)
{
	if (s->armed && s->loop) {
		s->loop->deferred--;
	}
	s->armed = false;
}

void loop_source_detach(struct loop_source *s)
{
	if (!s->loop) {
		return;
	}
	disarm_defer(s);
	close_own(s);
	if (s->prev) {
		s->prev->next = s->next;
	} else {
		s->loop->sources = s->next;
	}
	if (s->next) {
		s->next->prev = s->prev;
	}
	if (!s->dead) {
		s->loop->n_sources--;
	}
	s->loop = NULL;
	s->prev = s->next = NULL;
}

void loop_source_free(struct loop_source *s)
{
	if (!s) {
		return;
	}
	if (s->loop && s->loop->running) {
		disarm_defer(s);
		close_own(s);
		s->dead = true;
		s->loop->n_sources--;
		s->loop->have_dead = true;
		return;
	}
	loop_source_detach(s);
	free(s);
}

void loop_source_free_p(struct loop_source **s)
{
	loop_source_free(*s);
}

static int watch(struct loop_source *s, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = s};

	return epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) < 0 ? -errno : 0;
}

/*
 * Checks the room, then watches s->fd if its kind has one; on failure nothing is left behind.
 * A negative s->fd is the -errno of the call that should have made it.
 */
static int add(struct loop_source *s, uint32_t events, struct loop_source **ret_source)
{
	bool wants_fd = s->kind != LOOP_TIMER && s->kind != LOOP_DEFER;
	int r = s->loop->n_sources >= LOOP_SOURCES_MAX ? -ENOSPC : 0;

	if (r == 0 && wants_fd) {
		r = s->fd < 0 ? s->fd : watch(s, events);
	}
	if (r < 0) {
		if (s->kind != LOOP_FD && s->fd >= 0) {
			close(s->fd);
		}
		free(s);
		return r;
	}
	attach(s);
	*ret_source = s;
	return 0;
}

int loop_add_fd(struct loop *loop, int fd, uint32_t events, loop_fd_fn fn, void *data,
	struct loop_source **ret_source)
{
	struct loop_source *s = source_new(loop, LOOP_FD, data);

	if (!s) {
		return -ENOMEM;
	}
	s->fd = fd < 0 ? -EBADF : fd;
	s->fn.fd = fn;
	return add(s, events, ret_source);
}

int loop_fd_set_events(struct loop_source *s, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = s};

	if (!s->loop || s->fd < 0) {
		return -EBADF;
	}
	return epoll_ctl(s->loop->epoll_fd, EPOLL_CTL_MOD, s->fd, &event) < 0 ? -errno : 0;
}

int loop_add_timer(struct loop *loop, loop_fn fn, void *data, struct loop_source **ret_source)
{
	struct loop_source *s = source_new(loop, LOOP_TIMER, data);

	if (!s) {
		return -ENOMEM;
	}
	s->fn.plain = fn;
	return add(s, 0, ret_source);
}

/* A timerfd is bound to one clock for life, so another clock needs another fd. */
static int timer_use_clock(struct loop_source *s, int clock)
{
	int r;

	if (!s->loop || s->kind != LOOP_TIMER || s->dead) {
		return -EBADF;
	}
	if (s->fd >= 0 && s->clock == clock) {
		return 0;
	}
	close_own(s);
	s->fd = timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK);
	if (s->fd < 0) {
		return -errno;
	}
	s->clock = clock;
	r = watch(s, EPOLLIN);
	if (r < 0) {
		close(s->fd);
		s->fd = -1;
	}
	return r;
}

/*
 * timerfd_settime says ECANCELED, once, where the clock was set since the timer was armed before
 * and nobody has read of it yet, as after a sleep of the machine. That is what its owner waits for.
 */
static int timer_fire_at_once(struct loop_source *s)
{
	static const struct itimerspec past = {.it_value = {.tv_nsec = 1}};

	return timerfd_settime(s->fd, TFD_TIMER_ABSTIME, &past, NULL) < 0 ? -errno : 0;
}

static int timer_arm(struct loop_source *s, int clock, int flags, struct itimerspec when)
{
	int r = timer_use_clock(s, clock);

	if (r < 0) {
		return r;
	}
	/* All zero would disarm, timerfd_settime(2). */
	if (when.it_value.tv_sec == 0 && when.it_value.tv_nsec == 0) {
		when.it_value.tv_nsec = 1;
	}
	s->set = true;
	if (timerfd_settime(s->fd, flags, &when, NULL) == 0) {
		return 0;
	}
	return errno == ECANCELED ? timer_fire_at_once(s) : -errno;
}

static int timer_disarm(struct loop_source *s)
{
	static const struct itimerspec never;
	bool set = s->set;

	if (!s->loop || s->kind != LOOP_TIMER || s->dead) {
		return -EBADF;
	}
	s->set = false;
	return set && s->fd >= 0 && timerfd_settime(s->fd, 0, &never, NULL) < 0 ? -errno : 0;
}

int loop_timer_set(struct loop_source *s, int64_t after_ms)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = after_ms / 1000, .tv_nsec = after_ms % 1000 * 1000000}};

	return after_ms < 0 ? timer_disarm(s) : timer_arm(s, CLOCK_BOOTTIME, 0, when);
}

int loop_timer_set_wall(struct loop_source *s, int64_t wall_s)
{
	struct itimerspec when = {.it_value = {.tv_sec = wall_s}};

	return wall_s < 0 ? timer_disarm(s)
			  : timer_arm(s, CLOCK_REALTIME,
				    TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, when);
}

int loop_add_signal(struct loop *loop, int signo, loop_signal_fn fn, void *data,
	struct loop_source **ret_source)
{
	struct loop_source *s;
	sigset_t mask;

	sigemptyset(&mask);
	if (sigaddset(&mask, signo) < 0 || sigprocmask(SIG_BLOCK, &mask, NULL) < 0) {
		return -errno;
	}
	s = source_new(loop, LOOP_SIGNAL, data);
	if (!s) {
		return -ENOMEM;
	}
	s->fn.signal = fn;
	s->fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	s->fd = s->fd < 0 ? -errno : s->fd;
	return add(s, EPOLLIN, ret_source);
}

int loop_add_child(
	struct loop *loop, pid_t pid, loop_child_fn fn, void *data, struct loop_source **ret_source)
{
	struct loop_source *s = source_new(loop, LOOP_CHILD, data);

	if (!s) {
		return -ENOMEM;
	}
	s->pid = pid;
	s->fn.child = fn;
	s->fd = pidfd_open(pid, 0);
	s->fd = s->fd < 0 ? -errno : s->fd;
	return add(s, EPOLLIN, ret_source);
}

int loop_defer(struct loop *loop, loop_fn fn, void *data, struct loop_source **ret_source)
{
	struct loop_source *s = source_new(loop, LOOP_DEFER, data);
	int r;

	if (!s) {
		return -ENOMEM;
	}
	s->fn.plain = fn;
	s->defer_number = ++loop->defer_count;
	r = add(s, 0, ret_source);
	if (r == 0) {
		s->armed = true;
		loop->deferred++;
	}
	return r;
}

static int dispatch_timer(struct loop_source *s)
{
	uint64_t times;
	ssize_t n = read(s->fd, &times, sizeof(times));
	int r;

	if (n < 0 && errno != ECANCELED) {
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	}
	/* Once: a clock that is set again must not call an owner who has not armed again. That of
	 * the boot cannot be set, and a timer of one time is over then. */
	s->set = s->set && s->clock != CLOCK_BOOTTIME;
	r = timer_disarm(s);
	return r < 0 ? r : s->fn.plain(s, s->data);
}

static int dispatch_signal(struct loop_source *s)
{
	struct signalfd_siginfo info;
	ssize_t n = read(s->fd, &info, sizeof(info));

	if (n < 0) {
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	}
	return s->fn.signal(s, (int)info.ssi_signo, s->data);
}

static int dispatch_child(struct loop_source *s)
{
	siginfo_t info = {0};
	int status;

	if (waitid(P_PIDFD, (id_t)s->fd, &info, WEXITED | WNOHANG) < 0) {
		return errno == EINTR ? 0 : -errno;
	}
	if (info.si_pid == 0) {
		return 0;
	}
	close_own(s);
	status = info.si_code == CLD_EXITED   ? W_EXITCODE(info.si_status, 0)
		 : info.si_code == CLD_DUMPED ? info.si_status | WCOREFLAG
					      : info.si_status;
	return s->fn.child(s, s->pid, status, s->data);
}

int loop_source_dispatch(struct loop_source *s, uint32_t events)
{
	switch (s->kind) {
	case LOOP_FD:
		return s->fn.fd(s, events, s->data);
	case LOOP_TIMER:
		return dispatch_timer(s);
	case LOOP_SIGNAL:
		return dispatch_signal(s);
	case LOOP_CHILD:
		return dispatch_child(s);
	case LOOP_DEFER:
		return 0;
	}
	return 0;
}
