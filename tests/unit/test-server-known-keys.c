/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of whose key is whose, for how long, and of how many. */
#include "known-keys.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

#define NOW 1000

static void name_of(uint32_t i, char ret[REPORT_DEVICE_LEN + 1])
{
	snprintf(ret, REPORT_DEVICE_LEN + 1, "%022u", i);
}

static void put(struct known_keys *keys, uint32_t i, uint32_t as)
{
	char device[REPORT_DEVICE_LEN + 1], key[DEVICE_KEY_LEN + 1];

	name_of(i, device);
	snprintf(key, sizeof(key), "%086u", as);
	known_keys_put(keys, device, key);
}

static bool knows(struct known_keys *keys, uint32_t i, uint32_t as, int64_t now_s)
{
	char device[REPORT_DEVICE_LEN + 1], key[DEVICE_KEY_LEN + 1], found[DEVICE_KEY_LEN + 1];

	name_of(i, device);
	snprintf(key, sizeof(key), "%086u", as);
	return known_keys_find(keys, device, now_s, found) && strcmp(found, key) == 0;
}

static struct known_keys *some_keys(void)
{
	struct known_keys *keys = NULL;

	assert_int_equal(known_keys_new(&keys), 0);
	assert_false(knows(keys, 0, 0, NOW));
	return keys;
}

static void each_device_has_its_own(void **state)
{
	struct known_keys *keys = some_keys();

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		put(keys, i, i + 1);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		assert_true(knows(keys, i, i + 1, NOW));
	}
	assert_false(knows(keys, 1000, 1001, NOW));
	put(keys, 7, 99);
	assert_true(knows(keys, 7, 99, NOW));
	known_keys_free(keys);
}

static void what_is_dropped_is_forgotten_alone(void **state)
{
	struct known_keys *keys = some_keys();
	char device[REPORT_DEVICE_LEN + 1];

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		put(keys, i, i);
	}
	for (uint32_t i = 0; i < 1000; i += 2) {
		name_of(i, device);
		known_keys_drop(keys, device);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(knows(keys, i, i, NOW), i % 2);
	}
	put(keys, 4, 5);
	assert_true(knows(keys, 4, 5, NOW));
	known_keys_drop(keys, "nobody");
	known_keys_free(keys);
}

static void what_is_no_name_and_no_key_is_nothing(void **state)
{
	struct known_keys *keys = some_keys();
	char found[DEVICE_KEY_LEN + 1];

	(void)state;
	known_keys_put(keys, "", "");
	known_keys_put(keys, "short", "short");
	assert_false(known_keys_find(keys, "", NOW, found));
	assert_false(known_keys_find(keys, "short", NOW, found));
	known_keys_free(keys);
}

static void a_day_later_all_of_it_is_forgotten(void **state)
{
	struct known_keys *keys = some_keys();

	(void)state;
	put(keys, 1, 1);
	assert_true(knows(keys, 1, 1, NOW + KNOWN_KEYS_KEPT_S - 1));
	assert_false(knows(keys, 1, 1, NOW + KNOWN_KEYS_KEPT_S));
	/* And the next day begins with what comes next. */
	assert_false(knows(keys, 1, 1, NOW + KNOWN_KEYS_KEPT_S + 5));
	put(keys, 1, 2);
	assert_true(knows(keys, 1, 2, NOW + 2 * KNOWN_KEYS_KEPT_S + 4));
	assert_false(knows(keys, 1, 2, NOW + 2 * KNOWN_KEYS_KEPT_S + 5));
	known_keys_free(keys);
}

static void more_than_there_is_room_for_begin_anew(void **state)
{
	struct known_keys *keys = some_keys();

	(void)state;
	for (uint32_t i = 0; i < KNOWN_KEYS_MAX; i++) {
		put(keys, i, i);
	}
	for (uint32_t i = 0; i < KNOWN_KEYS_MAX; i++) {
		assert_true(knows(keys, i, i, NOW));
	}
	put(keys, KNOWN_KEYS_MAX, 5);
	assert_true(knows(keys, KNOWN_KEYS_MAX, 5, NOW));
	assert_false(knows(keys, 0, 0, NOW));
	known_keys_free(keys);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_device_has_its_own),
		cmocka_unit_test(what_is_dropped_is_forgotten_alone),
		cmocka_unit_test(what_is_no_name_and_no_key_is_nothing),
		cmocka_unit_test(a_day_later_all_of_it_is_forgotten),
		cmocka_unit_test(more_than_there_is_room_for_begin_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
