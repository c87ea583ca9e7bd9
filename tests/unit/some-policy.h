/* SPDX-License-Identifier: Apache-2.0 */
/* A school's policy of 2026 with these members beside its head; stops the test when it is none. */
#pragma once

#include "policy.h"
#include "unit.h"

/* ownership: "school" or "private" */
static inline struct policy *some_policy_of(const char *ownership, const char *members)
{
	cleanup(str_finish) struct str text = {0};
	struct json_error error = {.where = ""};
	struct policy *policy = NULL;

	assert_int_equal(str_appendf(&text,
				 "{\"format\":1,\"name\":\"school\",\"version\":1,"
				 "\"not_before\":\"2026-01-01\",\"expires\":\"2027-01-01\","
				 "\"ownership\":\"%s\",%s}",
				 ownership, members),
		0);
	assert_int_equal(policy_parse((struct span){text.p, text.len}, &policy, &error), 0);
	return policy;
}

static inline struct policy *some_policy(const char *members)
{
	return some_policy_of("school", members);
}
