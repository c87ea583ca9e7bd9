/* SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

#include "clock.h"

#define DAY_LEN 10

static const char *const owner_names[] = {
	[POLICY_SCHOOL] = "school",
	[POLICY_PRIVATE] = "private",
};

int moment_parse_owner(struct span word, enum policy_ownership *ret_owner)
{
	for (size_t i = 0; i < ARRAY_LEN(owner_names); i++) {
		if (span_eq(word, owner_names[i])) {
			*ret_owner = (enum policy_ownership)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *moment_owner_name(enum policy_ownership owner)
{
	return owner_names[owner];
}

int64_t moment_unit(enum policy_ownership owner)
{
	return owner == POLICY_PRIVATE ? CLOCK_DAY_S : MOMENT_HOUR_S;
}

int64_t moment_round(enum policy_ownership owner, int64_t wall_s)
{
	return wall_s <= 0 ? 0 : wall_s - wall_s % moment_unit(owner);
}

struct json_object *moment_json_instant(int64_t wall_s)
{
	char text[CLOCK_TEXT_LEN];

	clock_format(wall_s, text);
	return json_object_new_string(text);
}

struct json_object *moment_json_day(int64_t wall_s)
{
	char text[CLOCK_TEXT_LEN];

	clock_format(wall_s, text);
	return json_object_new_string_len(text, DAY_LEN);
}

struct json_object *moment_json(enum policy_ownership owner, int64_t wall_s)
{
	return owner == POLICY_PRIVATE ? moment_json_day(wall_s) : moment_json_instant(wall_s);
}
