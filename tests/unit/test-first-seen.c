/* SPDX-License-Identifier: Apache-2.0 */
#include "first-seen.h"
#include "siphash.h"
#include "unit.h"

#define LIST 77U
#define DAY 86400

static struct first_seen *memory_new(void)
{
	static const uint8_t key[FIRST_SEEN_KEY_LEN] = {3};
	struct first_seen *memory = NULL;

	assert_int_equal(first_seen_new(key, &memory), 0);
	return memory;
}

/* One look at LIST of this date: package 1 is pending or clean */
static struct first_seen_age look(struct first_seen *memory, int64_t date, bool pending)
{
	struct first_seen_age age = {0};

	first_seen_begin(memory);
	assert_int_equal(first_seen_take_list(memory, LIST, date), 0);
	if (pending) {
		assert_int_equal(first_seen_take_pending(memory, 1, LIST, date, &age), 0);
	} else {
		assert_int_equal(first_seen_take_clean(memory, 1), 0);
	}
	first_seen_end(memory);
	return age;
}

static void first_sight_proves_no_youth(void **state)
{
	struct first_seen *memory = memory_new();
	struct first_seen_age age = look(memory, 10 * DAY, true);

	(void)state;
	assert_int_equal(age.listed, 10 * DAY);
	assert_int_equal(age.absent, 0);
	first_seen_free(memory);
}

static void clean_look_before_proves_youth(void **state)
{
	struct first_seen *memory = memory_new();
	struct first_seen_age age;

	(void)state;
	look(memory, 10 * DAY, false);
	age = look(memory, 12 * DAY, true);
	assert_int_equal(age.listed, 12 * DAY);
	assert_int_equal(age.absent, 10 * DAY);
	age = look(memory, 30 * DAY, true);
	assert_int_equal(age.listed, 12 * DAY);
	assert_int_equal(age.absent, 10 * DAY);
	first_seen_free(memory);
}

static void new_list_proves_nothing(void **state)
{
	struct first_seen *memory = memory_new();
	struct first_seen_age age;

	(void)state;
	look(memory, 10 * DAY, false);
	first_seen_begin(memory);
	assert_int_equal(first_seen_take_list(memory, LIST + 1, 12 * DAY), 0);
	assert_int_equal(first_seen_take_pending(memory, 1, LIST + 1, 12 * DAY, &age), 0);
	first_seen_end(memory);
	assert_int_equal(age.absent, 0);
	first_seen_free(memory);
}

static void newly_installed_proves_nothing(void **state)
{
	struct first_seen *memory = memory_new();
	struct first_seen_age age;

	(void)state;
	look(memory, 10 * DAY, false);
	first_seen_begin(memory);
	assert_int_equal(first_seen_take_list(memory, LIST, 12 * DAY), 0);
	assert_int_equal(first_seen_take_clean(memory, 1), 0);
	assert_int_equal(first_seen_take_pending(memory, 2, LIST, 12 * DAY, &age), 0);
	first_seen_end(memory);
	assert_int_equal(age.absent, 0);
	first_seen_free(memory);
}

static void list_going_back_proves_nothing(void **state)
{
	struct first_seen *memory = memory_new();

	(void)state;
	look(memory, 12 * DAY, false);
	assert_int_equal(look(memory, 10 * DAY, true).absent, 0);
	first_seen_free(memory);
}

static void two_lists_take_the_oldest(void **state)
{
	struct first_seen *memory = memory_new();
	struct first_seen_age age;

	(void)state;
	first_seen_begin(memory);
	assert_int_equal(first_seen_take_pending(memory, 1, LIST, 12 * DAY, &age), 0);
	assert_int_equal(first_seen_take_pending(memory, 1, LIST + 1, 9 * DAY, &age), 0);
	assert_int_equal(age.listed, 9 * DAY);
	assert_int_equal(age.absent, 0);
	first_seen_end(memory);
	first_seen_free(memory);
}

static void abandoned_look_changes_nothing(void **state)
{
	struct first_seen *memory = memory_new();
	struct first_seen_age age;

	(void)state;
	look(memory, 10 * DAY, false);
	first_seen_begin(memory);
	assert_int_equal(first_seen_take_list(memory, LIST, 11 * DAY), 0);
	age = look(memory, 12 * DAY, true);
	assert_int_equal(age.absent, 10 * DAY);
	first_seen_free(memory);
}

static void saved_and_loaded_is_the_same(void **state)
{
	struct first_seen *memory = memory_new(), *again = NULL;
	struct json_object *json = NULL;

	(void)state;
	look(memory, 10 * DAY, false);
	assert_true(first_seen_changed(memory));
	assert_int_equal(first_seen_save(memory, &json), 0);
	assert_false(first_seen_changed(memory));
	assert_int_equal(first_seen_load(json, &again), 0);
	assert_int_equal(look(again, 12 * DAY, true).absent, 10 * DAY);
	assert_true(first_seen_changed(again));
	json_object_put(json);
	json = NULL;
	assert_int_equal(first_seen_save(again, &json), 0);
	look(again, 12 * DAY, true);
	assert_false(first_seen_changed(again)); /* the same look again is nothing new */
	assert_null(strstr(json_object_to_json_string(json), "openssl"));
	json_object_put(json);
	first_seen_free(memory);
	first_seen_free(again);
}

static void damage_is_refused(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"{\"clean\":\"AA\",\"format\":1,\"key\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"lists\":[],"
		"\"pending\":[]}",
		"{\"clean\":\"\",\"format\":2,\"key\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"lists\":[],"
		"\"pending\":[]}",
		"{\"clean\":\"\",\"format\":1,\"key\":\"AAAA\",\"lists\":[],\"pending\":[]}",
		"{\"clean\":\"\",\"format\":1,\"key\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"lists\":[7],"
		"\"pending\":[]}",
		"{\"clean\":\"\",\"format\":1,\"key\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"lists\":[],"
		"\"pending\":[{\"absent\":-1,\"hash\":\"AAAAAAAAAAA\",\"listed\":1}]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct json_object *json = json_tokener_parse(texts[i]);
		struct first_seen *memory = NULL;

		assert_non_null(json);
		assert_int_equal(first_seen_load(json, &memory), -EBADMSG);
		json_object_put(json);
	}
}

/* The paper's test value: key 00..0f, message 00..0e */
static void siphash_is_siphash(void **state)
{
	uint8_t key[SIPHASH_KEY_LEN], message[15];

	(void)state;
	for (uint8_t i = 0; i < sizeof(key); i++) {
		key[i] = i;
	}
	for (uint8_t i = 0; i < sizeof(message); i++) {
		message[i] = i;
	}
	assert_true(siphash(key, message, sizeof(message)) == UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_sight_proves_no_youth),
		cmocka_unit_test(clean_look_before_proves_youth),
		cmocka_unit_test(new_list_proves_nothing),
		cmocka_unit_test(newly_installed_proves_nothing),
		cmocka_unit_test(list_going_back_proves_nothing),
		cmocka_unit_test(two_lists_take_the_oldest),
		cmocka_unit_test(abandoned_look_changes_nothing),
		cmocka_unit_test(saved_and_loaded_is_the_same),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(siphash_is_siphash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
