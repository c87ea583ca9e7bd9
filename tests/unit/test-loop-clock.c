/* SPDX-License-Identifier: Apache-2.0 */
/* Sets the wall clock to what it shows: a set clock to the kernel, a few microseconds to others. */
#include "clock.h"
#include "loop.h"
#include "unit.h"

#include <time.h>

#define SKIPPED 77

struct seen {
	struct loop *loop;
	struct loop_source *timer;
	int calls;
};

static int set_clock(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0 || clock_settime(CLOCK_REALTIME, &now) < 0) {
		return -errno;
	}
	return 0;
}

static int on_set(struct loop_source *source, void *data)
{
	(void)source, (void)data;
	return set_clock();
}

static int on_end(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	loop_quit(seen->loop, 0);
	return 0;
}

static int on_wall(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	seen->calls++;
	if (seen->calls == 2) {
		return 0; /* not armed again: the third time is not its business */
	}
	return loop_timer_set_wall(source, clock_read().wall_s + 10 * CLOCK_DAY_S);
}

static void a_set_clock_fires_the_wall_timer(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *wall = NULL;
	cleanup(loop_source_free_p) struct loop_source *first = NULL;
	cleanup(loop_source_free_p) struct loop_source *second = NULL;
	cleanup(loop_source_free_p) struct loop_source *third = NULL;
	cleanup(loop_source_free_p) struct loop_source *end = NULL;
	struct seen seen = {0};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_add_timer(loop, on_wall, &seen, &wall), 0);
	assert_int_equal(loop_timer_set_wall(wall, clock_read().wall_s + 10 * CLOCK_DAY_S), 0);
	assert_int_equal(loop_add_timer(loop, on_set, NULL, &first), 0);
	assert_int_equal(loop_add_timer(loop, on_set, NULL, &second), 0);
	assert_int_equal(loop_timer_set(first, 1), 0);
	assert_int_equal(loop_timer_set(second, 50), 0);
	assert_int_equal(loop_add_timer(loop, on_set, NULL, &third), 0);
	assert_int_equal(loop_timer_set(third, 100), 0);
	assert_int_equal(loop_add_timer(loop, on_end, &seen, &end), 0);
	assert_int_equal(loop_timer_set(end, 150), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(seen.calls, 2);
}

static int on_fired(struct loop_source *source, void *data)
{
	struct seen *seen = data;

	(void)source;
	seen->calls++;
	loop_quit(seen->loop, 0);
	return 0;
}

/* The kernel tells of the first by refusing the second. */
static void a_clock_set_between_two_settings_is_told(void **state)
{
	cleanup(loop_free_p) struct loop *loop = NULL;
	cleanup(loop_source_free_p) struct loop_source *wall = NULL;
	cleanup(loop_source_free_p) struct loop_source *end = NULL;
	struct seen seen = {0};

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	seen.loop = loop;
	assert_int_equal(loop_add_timer(loop, on_fired, &seen, &wall), 0);
	assert_int_equal(loop_timer_set_wall(wall, clock_read().wall_s + 10 * CLOCK_DAY_S), 0);
	assert_int_equal(set_clock(), 0);
	assert_int_equal(loop_timer_set_wall(wall, clock_read().wall_s + 20 * CLOCK_DAY_S), 0);
	assert_int_equal(loop_add_timer(loop, on_end, &seen, &end), 0);
	assert_int_equal(loop_timer_set(end, 10000), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(seen.calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_clock_fires_the_wall_timer),
		cmocka_unit_test(a_clock_set_between_two_settings_is_told),
	};

	if (set_clock() < 0) {
		puts("skipped: the clock may not be set here (CAP_SYS_TIME)");
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
