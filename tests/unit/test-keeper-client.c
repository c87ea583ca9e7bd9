/* SPDX-License-Identifier: Apache-2.0 */
/* How often somebody's own value is put back before he is left alone. */
#include "keeper-client.h"
#include "unit.h"

static void three_in_ten_seconds_are_put_back(void **state)
{
	struct keeper_client client = {0};
	int64_t now_ms = 1000000;

	(void)state;
	for (unsigned i = 0; i < KEEPER_BURST; i++) {
		assert_true(keeper_client_may_write(&client, now_ms + i));
	}
	assert_false(client.rewritten);
	assert_false(keeper_client_may_write(&client, now_ms + KEEPER_WINDOW_MS));
	assert_true(client.rewritten);
	assert_int_equal(
		keeper_client_left_ms(&client, now_ms + KEEPER_WINDOW_MS), KEEPER_PAUSE_FIRST_MS);
}

static void now_and_then_is_always_put_back(void **state)
{
	struct keeper_client client = {0};
	int64_t now_ms = 1000000;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		assert_true(keeper_client_may_write(&client, now_ms));
		now_ms += KEEPER_WINDOW_MS / 2;
	}
}

static void a_write_that_found_nothing_is_not_held_against_it(void **state)
{
	struct keeper_client client = {0};

	(void)state;
	keeper_client_uncount(&client);
	for (unsigned i = 0; i < 100; i++) {
		assert_true(keeper_client_may_write(&client, 1000000));
		keeper_client_uncount(&client);
	}
	for (unsigned i = 0; i < KEEPER_BURST; i++) {
		assert_true(keeper_client_may_write(&client, 1000000));
	}
	assert_false(keeper_client_may_write(&client, 1000000));
}

/* Each pause is twice as long, up to the longest; after each one write shows whether it goes on. */
static void who_goes_on_is_left_alone_for_longer(void **state)
{
	struct keeper_client client = {0};
	int64_t now_ms = 1000000, pause_ms = KEEPER_PAUSE_FIRST_MS;

	(void)state;
	while (keeper_client_may_write(&client, now_ms)) {
	}
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(keeper_client_left_ms(&client, now_ms), pause_ms);
		assert_false(keeper_client_may_write(&client, now_ms + pause_ms - 1));
		now_ms += pause_ms;
		assert_true(keeper_client_may_write(&client, now_ms));
		assert_false(keeper_client_may_write(&client, now_ms));
		pause_ms =
			pause_ms * 2 < KEEPER_PAUSE_LAST_MS ? pause_ms * 2 : KEEPER_PAUSE_LAST_MS;
	}
	/* quiet for longer than a window: as if nothing had been */
	now_ms += pause_ms + KEEPER_WINDOW_MS + 1;
	assert_true(keeper_client_may_write(&client, now_ms));
	assert_false(client.rewritten);
}

static void the_owner_who_asks_ends_a_pause(void **state)
{
	struct keeper_client client = {0};

	(void)state;
	while (keeper_client_may_write(&client, 1000000)) {
	}
	keeper_client_forgive(&client);
	assert_int_equal(keeper_client_left_ms(&client, 1000000), 0);
	assert_true(keeper_client_may_write(&client, 1000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_in_ten_seconds_are_put_back),
		cmocka_unit_test(now_and_then_is_always_put_back),
		cmocka_unit_test(a_write_that_found_nothing_is_not_held_against_it),
		cmocka_unit_test(who_goes_on_is_left_alone_for_longer),
		cmocka_unit_test(the_owner_who_asks_ends_a_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
