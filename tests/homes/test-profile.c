/* SPDX-License-Identifier: Apache-2.0 */
#include "profile.h"
#include "str.h"
#include "unit.h"

#include <stdio.h>

static void profiles_are_refused(void **state)
{
	static const char *const files =
		"[{\"path\":\"%s\",\"packaging\":\"deb\",\"role\":\"%s\",\"format\":\"json\","
		"\"group\":\"g\",\"detect\":[\"/usr/bin/x\"]}]";
	static const struct {
		const char *group, *path, *role, *value;
		int r;
	} rows[] = {
		{"g", "/etc/x.json", "policies", "true", 0},
		{"g", "/etc/../root/x", "policies", "true", JSON_E_TYPE},
		{"g", "etc/x", "policies", "true", JSON_E_TYPE},
		{"g", "/etc//x", "policies", "true", JSON_E_TYPE},
		{"g", "/etc/", "policies", "true", JSON_E_TYPE},
		{"g", "~/x", "policies", "true", JSON_E_TYPE},
		{"g", "/etc/x", "user-config", "true", JSON_E_TYPE},
		{"g", "~/.config/x", "user-config", "true", 0},
		{"g", "/etc/x", "user-config", "true", JSON_E_TYPE},
		{"g", "~/x", "policies", "true", JSON_E_TYPE},
		{"g", "/etc/x", "policies", "{\"a\":1}", JSON_E_TYPE},
		{"g", "/etc/x", "policies", "1.5", JSON_E_TYPE},
		{"h", "/etc/x", "policies", "1", JSON_E_TYPE},
		/* every folder of a home, and of no other place; once; a name of its own */
		{"g", "~/a/{each}/x", "user-config", "1", 0},
		{"g", "/etc/{each}/x", "policies", "1", JSON_E_TYPE},
		{"g", "~/{each}/{each}/x", "user-config", "1", JSON_E_TYPE},
		{"g", "~/a{each}/x", "user-config", "1", JSON_E_TYPE},
		{"g", "~/a/{each}", "user-config", "1", JSON_E_TYPE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
		cleanup(str_finish) struct str text = {0};
		char list[512];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(list, sizeof(list), files, rows[i].path, rows[i].role);
#pragma GCC diagnostic pop
		assert_int_equal(
			str_appendf(&text,
				"{\"format\":1,\"id\":\"x\",\"name\":\"X\",\"files\":%s,"
				"\"settings\":[{\"key\":\"k\",\"group\":\"%s\",\"value\":%s,"
				"\"tier\":\"base\",\"why\":\"w\",\"source\":\"s\"}]}",
				list, rows[i].group, rows[i].value),
			0);
		assert_int_equal(
			enforce_profile_parse((struct span){text.p, text.len}, &profile, NULL),
			rows[i].r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
