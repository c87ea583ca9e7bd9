/* SPDX-License-Identifier: Apache-2.0 */
/* Which facts of a person are read at all: the less, the better. */
#include "people.h"
#include "recordings.h"
#include "some-policy.h"

#include <stdio.h>
#include <string.h>

#define RECORDINGS (1U << PERSONAL_GROUP_RECORDINGS)

static unsigned groups_of(const char *ownership, const char *members)
{
	cleanup(policy_free_p) struct policy *policy = some_policy_of(ownership, members);

	return people_groups(policy);
}

/* Each control that wants recordings, alone, with this place in the policy */
static unsigned groups_of_each(const char *ownership, const char *place)
{
	static const char *const ids[] = {"rec.encrypted", "rec.not-synced", "rec.permissions",
		"rec.present", "rec.screen-recorders"};
	unsigned groups = 0;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		char members[160];

		snprintf(members, sizeof(members), "\"controls\":{\"%s\":%s}", ids[i], place);
		groups |= groups_of(ownership, members);
	}
	return groups;
}

static void recordings_of_a_private_device_are_its_owners(void **state)
{
	static const char *const no[] = {
		"{\"on\":true,\"severity\":\"high\"}",
		"{\"on\":true,\"severity\":\"high\",\"agreed\":false}",
		"{\"on\":false,\"severity\":\"high\",\"agreed\":true}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		assert_int_equal(groups_of_each("private", no[i]), 0);
	}
	assert_int_equal(
		groups_of_each("private", "{\"on\":true,\"severity\":\"high\",\"agreed\":true}"),
		RECORDINGS);
	assert_int_equal(groups_of_each("school", no[0]), RECORDINGS);
	assert_int_equal(groups_of_each("school", no[2]), 0);
}

/* The verdict says so, too, and does not ask the facts. */
static void what_is_not_agreed_does_not_apply(void **state)
{
	cleanup(policy_free_p) struct policy *policy = some_policy_of("private",
		"\"controls\":{\"rec.present\":{\"on\":true,\"severity\":\"high\","
		"\"agreed\":false}}");
	const struct check_ctx ctx = {.policy = policy};
	struct verdict v = {.state = POSTURE_UNKNOWN};

	(void)state;
	assert_int_equal(check_find("rec.present")->run(&ctx, &v), 0);
	assert_int_equal(v.state, POSTURE_NA);
	assert_int_equal(v.reason, POSTURE_NOT_AGREED);
}

static void a_policy_without_controls_reads_nothing(void **state)
{
	(void)state;
	assert_int_equal(groups_of("school", "\"controls\":{}"), 0);
}

/* A worker's message names a fact by its code alone: two facts of one code would be one. */
static void codes_tell_facts_apart(void **state)
{
	(void)state;
	for (int i = 0; i < PERSONAL_FACT_COUNT; i++) {
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(personal_fact_code((enum personal_fact)i),
				personal_fact_code((enum personal_fact)j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_of_a_private_device_are_its_owners),
		cmocka_unit_test(what_is_not_agreed_does_not_apply),
		cmocka_unit_test(a_policy_without_controls_reads_nothing),
		cmocka_unit_test(codes_tell_facts_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
