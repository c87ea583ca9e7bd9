/* SPDX-License-Identifier: Apache-2.0 */
/* Deferred calls, failure, and who may be freed when. */
#include "loop.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/epoll.h>

struct seen {
	struct loop *loop;
	struct loop_source *source, *made;
	int value;
	char order[16];
};

static int note(struct loop_source *source, struct seen *seen, char c)
{
	size_t len = strlen(seen->order);

	(void)source;
	seen->order[len] = c;
	return 0;
}

static int on_a(struct loop_source *source, void *data)
{
	return note(source, data, 'a');
}

static int on_c(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	loop_quit(seen->loop, 0);
	return note(source, seen, 'c');
}

static int on_b(struct loop_source *source, void *data)
{
	struct seen *seen = data;
	int r = note(source, seen, 'b');

	loop_source_free(TAKE_PTR(seen->source)); /* before its turn */
	return r < 0 ? r : loop_defer(seen->loop, on_c, seen, &seen->made);
}

static void deferred_calls_keep_their_order(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	struct loop_source *a, *b, *d;
	struct seen seen = {0};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_defer(loop, on_a, &seen, &a), 0);
	assert_int_equal(loop_defer(loop, on_b, &seen, &b), 0);
	assert_int_equal(loop_defer(loop, on_a, &seen, &seen.source), 0);
	assert_int_equal(loop_defer(loop, on_a, &seen, &d), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_string_equal(seen.order, "abac");
	loop_source_free(a);
	loop_source_free(b);
	loop_source_free(d);
	loop_source_free(seen.made);
}

static int on_defer_fail(struct loop_source *source, void *data)
{
	(void)source, (void)data;
	return -ENOTSUP;
}

static int on_defer_nest(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	seen->value = loop_run(seen->loop);
	return -ECANCELED;
}

static void failure_ends_the_run(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	struct loop_source *fails, *nests;
	struct seen seen = {0};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_defer(loop, on_defer_fail, &seen, &fails), 0);
	assert_int_equal(loop_run(loop), -ENOTSUP);
	assert_int_equal(loop_defer(loop, on_defer_nest, &seen, &nests), 0);
	assert_int_equal(loop_run(loop), -ECANCELED);
	assert_int_equal(seen.value, -EBUSY);
	loop_source_free(fails);
	loop_source_free(nests);
}

static int on_fd(struct loop_source *source, uint32_t events, void *data)
{
	(void)source, (void)events, (void)data;
	return 0;
}

static void the_loop_may_go_first(void **state)
{
	struct loop_source *timer, *deferred, *fd;
	struct seen seen = {0};
	struct loop *loop;
	int ends[2];

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(loop_add_timer(loop, on_a, &seen, &timer), 0);
	assert_int_equal(loop_timer_set(timer, 1000), 0);
	assert_int_equal(loop_defer(loop, on_a, &seen, &deferred), 0);
	assert_int_equal(loop_add_fd(loop, ends[0], EPOLLIN, on_fd, &seen, &fd), 0);
	loop_free(loop);
	assert_int_equal(loop_timer_set(timer, 1), -EBADF);
	assert_int_equal(loop_timer_set_wall(timer, -1), -EBADF);
	assert_int_equal(loop_fd_set_events(fd, EPOLLIN), -EBADF);
	loop_source_free(timer);
	loop_source_free(deferred);
	loop_source_free(fd);
	assert_true(fcntl(ends[0], F_GETFD) >= 0); /* the caller's */
	close(ends[0]), close(ends[1]);
}

static void the_number_of_sources_is_bounded(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	struct loop_source *sources[LOOP_SOURCES_MAX], *more = NULL;

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	for (size_t i = 0; i < LOOP_SOURCES_MAX; i++) {
		assert_int_equal(loop_add_timer(loop, on_a, NULL, &sources[i]), 0);
	}
	assert_int_equal(loop_add_timer(loop, on_a, NULL, &more), -ENOSPC);
	loop_source_free(sources[0]);
	assert_int_equal(loop_add_timer(loop, on_a, NULL, &sources[0]), 0);
	for (size_t i = 0; i < LOOP_SOURCES_MAX; i++) {
		loop_source_free(sources[i]);
	}
	loop_source_free(NULL);
	loop_free(NULL);
}

static void a_wrong_fd_is_refused(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(fd_close) int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct loop_source *source = NULL;

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_add_fd(loop, -1, EPOLLIN, on_fd, NULL, &source), -EBADF);
	assert_int_equal(loop_add_fd(loop, file, EPOLLIN, on_fd, NULL, &source), -EPERM);
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deferred_calls_keep_their_order),
		cmocka_unit_test(failure_ends_the_run),
		cmocka_unit_test(the_loop_may_go_first),
		cmocka_unit_test(the_number_of_sources_is_bounded),
		cmocka_unit_test(a_wrong_fd_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
