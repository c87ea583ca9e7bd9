/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"
#include "clock.h"
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

/* What callbacks leave behind for the test to look at */
struct seen {
	struct loop *loop;
	struct loop_source *source, *other, *made;
	int calls, value, wanted;
};

static int on_timer_quit(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	seen->calls++;
	if (seen->calls >= seen->wanted) {
		loop_quit(seen->loop, 5);
	}
	return 0;
}

static void a_timer_fires_once(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *first = NULL;
	cleanup(loop_source_free_p) struct loop_source *last = NULL;
	cleanup(loop_source_free_p) struct loop_source *never = NULL;
	struct seen once = {.wanted = 99}, end = {.wanted = 1}, none = {.wanted = 1};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	once.loop = end.loop = none.loop = loop;
	assert_int_equal(loop_add_timer(loop, on_timer_quit, &once, &first), 0);
	assert_int_equal(loop_add_timer(loop, on_timer_quit, &end, &last), 0);
	assert_int_equal(loop_add_timer(loop, on_timer_quit, &none, &never), 0);
	assert_int_equal(loop_timer_set(first, 0), 0);
	assert_int_equal(loop_timer_set(never, 0), 0);
	assert_int_equal(loop_timer_set(never, -1), 0);
	assert_int_equal(loop_timer_set(last, 20), 0);
	assert_int_equal(loop_run(loop), 5);
	assert_int_equal(once.calls, 1);
	assert_int_equal(none.calls, 0);
}

static void a_wall_timer_in_the_past_fires(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *timer = NULL;
	struct seen seen = {.wanted = 1};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_add_timer(loop, on_timer_quit, &seen, &timer), 0);
	assert_int_equal(loop_timer_set_wall(timer, 0), 0);
	assert_int_equal(loop_run(loop), 5);
	assert_int_equal(loop_timer_set_wall(timer, clock_read().wall_s - 10), 0);
	seen.calls = 0;
	assert_int_equal(loop_run(loop), 5);
	/* From one clock to the other and back on the same source */
	assert_int_equal(loop_timer_set_wall(timer, INT64_MAX / 2000000000), 0);
	assert_int_equal(loop_timer_set(timer, 1), 0);
	seen.calls = 0;
	assert_int_equal(loop_run(loop), 5);
	assert_int_equal(seen.calls, 1);
}

#define CLOCK_SETS_MAX 20

/* Whoever sets this machine's clock meanwhile calls it too; then it is armed again. */
static int on_far(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	seen->calls++;
	return loop_timer_set_wall(source, INT64_MAX);
}

/*
 * The end of a policy that never ends, and beyond what the kernel counts in nanoseconds: taken for
 * the past, either would call without end.
 */
static void a_wall_timer_far_away_waits(void **state)
{
	static const int64_t far[] = {253402300799, INT64_MAX};
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *timer = NULL;
	cleanup(loop_source_free_p) struct loop_source *end = NULL;
	struct seen early = {0}, seen = {.wanted = 1};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_add_timer(loop, on_far, &early, &timer), 0);
	assert_int_equal(loop_add_timer(loop, on_timer_quit, &seen, &end), 0);
	for (size_t i = 0; i < ARRAY_LEN(far); i++) {
		seen.calls = 0;
		assert_int_equal(loop_timer_set_wall(timer, far[i]), 0);
		assert_int_equal(loop_timer_set(end, 5), 0);
		assert_int_equal(loop_run(loop), 5);
		assert_int_equal(seen.calls, 1);
		assert_int_equal(loop_timer_set(timer, INT64_MAX), 0);
		assert_int_equal(loop_timer_set(end, 5), 0);
		assert_int_equal(loop_run(loop), 5);
	}
	assert_true(early.calls <= CLOCK_SETS_MAX);
}

static int on_defer_quit(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	loop_quit(seen->loop, 6);
	return 0;
}

static int on_fd_free_other(struct loop_source *source, uint32_t events, void *data)
{
	struct seen *seen = data;

	(void)events;
	seen->calls++;
	/* Both are ready in one batch; the one that comes first frees both. */
	assert_true(source == seen->source || source == seen->other);
	loop_source_free(TAKE_PTR(seen->source));
	loop_source_free(TAKE_PTR(seen->other));
	return loop_defer(seen->loop, on_defer_quit, seen, &seen->made);
}

static void a_freed_source_is_never_called(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	struct seen seen = {0};
	int a[2], b[2];

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(pipe2(a, O_CLOEXEC), 0);
	assert_int_equal(pipe2(b, O_CLOEXEC), 0);
	assert_int_equal(write(a[1], "x", 1), 1);
	assert_int_equal(write(b[1], "x", 1), 1);
	assert_int_equal(
		loop_add_fd(loop, a[0], EPOLLIN, on_fd_free_other, &seen, &seen.source), 0);
	assert_int_equal(loop_add_fd(loop, b[0], EPOLLIN, on_fd_free_other, &seen, &seen.other), 0);
	/* The call deferred by the first runs after the whole batch. */
	assert_int_equal(loop_run(loop), 6);
	assert_int_equal(seen.calls, 1);
	loop_source_free(seen.made);
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

static int on_fd_replace(struct loop_source *source, uint32_t events, void *data)
{
	struct seen *seen = data;
	char c;

	(void)events;
	seen->calls++;
	assert_int_equal(read(seen->value, &c, 1), 1);
	if (seen->calls == seen->wanted) {
		loop_quit(seen->loop, 1);
		return 0;
	}
	/* The same fd under a new source, from within the old one's callback */
	loop_source_free(source);
	return loop_add_fd(seen->loop, seen->value, EPOLLIN, on_fd_replace, seen, &seen->source);
}

static void a_source_replaces_itself(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	struct seen seen = {.wanted = 3};
	int ends[2];

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], "xyz", 3), 3);
	seen.loop = loop;
	seen.value = ends[0];
	assert_int_equal(
		loop_add_fd(loop, ends[0], EPOLLIN, on_fd_replace, &seen, &seen.source), 0);
	assert_int_equal(loop_run(loop), 1);
	assert_int_equal(seen.calls, 3);
	loop_source_free(seen.source);
	close(ends[0]), close(ends[1]);
}

static int on_writable(struct loop_source *source, uint32_t events, void *data)
{
	struct seen *seen = data;

	assert_true(events & EPOLLOUT);
	seen->calls++;
	loop_quit(seen->loop, 0);
	return loop_fd_set_events(source, 0);
}

static void wanted_events_change(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *source = NULL;
	cleanup(loop_source_free_p) struct loop_source *end = NULL;
	struct seen seen = {0};
	int ends[2];

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(loop_add_fd(loop, ends[1], 0, on_writable, &seen, &source), 0);
	assert_int_equal(loop_defer(loop, on_defer_quit, &seen, &end), 0);
	assert_int_equal(loop_run(loop), 6);
	assert_int_equal(seen.calls, 0);
	assert_int_equal(loop_fd_set_events(source, EPOLLOUT), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(seen.calls, 1);
	close(ends[0]), close(ends[1]);
}

static int on_signal(struct loop_source *source, int signo, void *data)
{
	struct seen *seen = data;

	(void)source;
	seen->value = signo;
	loop_quit(seen->loop, 0);
	return 0;
}

static void a_signal_arrives(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *source = NULL;
	struct seen seen = {0};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_add_signal(loop, SIGUSR1, on_signal, &seen, &source), 0);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(seen.value, SIGUSR1);
	assert_int_equal(loop_add_signal(loop, 4711, on_signal, &seen, &seen.other), -EINVAL);
}

static int on_child(struct loop_source *source, pid_t pid, int status, void *data)
{
	struct seen *seen = data;

	(void)source;
	seen->calls++;
	seen->value = status;
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1); /* reaped already */
	loop_quit(seen->loop, 0);
	return 0;
}

/* fork here runs nothing but _exit or a signal: a test's stand-in for an executed program */
static pid_t start_child(int code)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (code < 0) {
			for (;;) {
				pause();
			}
		}
		_exit(code);
	}
	assert_true(pid > 0);
	return pid;
}

static void a_child_is_reaped(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *exits = NULL;
	cleanup(loop_source_free_p) struct loop_source *dies = NULL;
	struct seen seen = {0};
	struct loop_source *none = NULL;
	pid_t pid;

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_add_child(loop, start_child(7), on_child, &seen, &exits), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_true(WIFEXITED(seen.value));
	assert_int_equal(WEXITSTATUS(seen.value), 7);
	pid = start_child(-1);
	assert_int_equal(loop_add_child(loop, pid, on_child, &seen, &dies), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_true(WIFSIGNALED(seen.value));
	assert_int_equal(WTERMSIG(seen.value), SIGKILL);
	assert_int_equal(seen.calls, 2);
	assert_int_equal(loop_add_child(loop, pid, on_child, &seen, &none), -ESRCH);
}

struct idling {
	struct loop *loop;
	int pipe[2];
	unsigned idle, calls, wanted;
};

/* Wakes the loop again: each sleep is ended by what its own idle call wrote. */
static void on_idle(void *data)
{
	struct idling *idling = data;

	idling->idle++;
	assert_int_equal(write(idling->pipe[1], "x", 1), 1);
}

static int on_byte(struct loop_source *source, uint32_t events, void *data)
{
	struct idling *idling = data;
	char byte;

	(void)source;
	(void)events;
	assert_int_equal(read(idling->pipe[0], &byte, 1), 1);
	if (++idling->calls == idling->wanted) {
		loop_quit(idling->loop, 0);
	}
	return 0;
}

static void run_idling(struct idling *idling, const char *first)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *source = NULL;

	assert_int_equal(loop_new(&loop), 0);
	idling->loop = loop;
	assert_int_equal(pipe2(idling->pipe, O_CLOEXEC), 0);
	assert_int_equal(write(idling->pipe[1], first, strlen(first)), (ssize_t)strlen(first));
	assert_int_equal(loop_add_fd(loop, idling->pipe[0], EPOLLIN, on_byte, idling, &source), 0);
	loop_set_idle(loop, 0, on_idle, idling);
	assert_int_equal(loop_run(loop), 0);
	close(idling->pipe[0]);
	close(idling->pipe[1]);
}

static void idle_is_told_once_before_each_sleep(void **state)
{
	struct idling idling = {.wanted = 3};

	(void)state;
	run_idling(&idling, "");
	assert_int_equal(idling.calls, 3);
	assert_int_equal(idling.idle, 3);
}

static void who_waits_comes_before_idle(void **state)
{
	struct idling idling = {.wanted = 4};

	(void)state;
	run_idling(&idling, "abc");
	assert_int_equal(idling.calls, 4);
	assert_int_equal(idling.idle, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timer_fires_once),
		cmocka_unit_test(a_wall_timer_in_the_past_fires),
		cmocka_unit_test(a_wall_timer_far_away_waits),
		cmocka_unit_test(a_freed_source_is_never_called),
		cmocka_unit_test(a_source_replaces_itself),
		cmocka_unit_test(wanted_events_change),
		cmocka_unit_test(a_signal_arrives),
		cmocka_unit_test(a_child_is_reaped),
		cmocka_unit_test(idle_is_told_once_before_each_sleep),
		cmocka_unit_test(who_waits_comes_before_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
