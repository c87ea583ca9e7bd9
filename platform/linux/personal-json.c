/* SPDX-License-Identifier: Apache-2.0 */
#include "personal-json.h"

#include "json-build.h"

#include <string.h>

#define ABSENT_WORD "absent"

int personal_to_json(
	const struct personal *personal, unsigned groups, struct json_object **ret_object)
{
	struct json_build build = json_build_object();

	for (int i = 0; i < PERSONAL_FACT_COUNT; i++) {
		const char *code = personal_fact_code((enum personal_fact)i);
		int64_t value = personal->values[i];

		if (!(groups & 1U << personal_fact_group((enum personal_fact)i))) {
			continue;
		}
		if (value == PERSONAL_ABSENT) {
			json_build_string(&build, code, ABSENT_WORD);
		} else if (value < 0 || value > PERSONAL_VALUE_MAX) {
			json_build_null(&build, code);
		} else {
			json_build_int(&build, code, value);
		}
	}
	return json_build_finish(&build, ret_object);
}

static bool find(const char *code, enum personal_fact *ret_fact)
{
	for (int i = 0; i < PERSONAL_FACT_COUNT; i++) {
		if (strcmp(code, personal_fact_code((enum personal_fact)i)) == 0) {
			*ret_fact = (enum personal_fact)i;
			return true;
		}
	}
	return false;
}

static int read_value(struct json_object *value, int64_t *ret_value)
{
	int64_t number = PERSONAL_NOT_SEEN;

	switch (json_object_get_type(value)) {
	case json_type_null:
		break;
	case json_type_string:
		if (strcmp(json_object_get_string(value), ABSENT_WORD) != 0) {
			return JSON_E_TYPE;
		}
		number = PERSONAL_ABSENT;
		break;
	case json_type_int:
		number = json_object_get_int64(value);
		if (number < 0 || number > PERSONAL_VALUE_MAX) {
			return JSON_E_TYPE;
		}
		break;
	case json_type_boolean:
	case json_type_double:
	case json_type_object:
	case json_type_array:
		return JSON_E_TYPE;
	}
	*ret_value = number;
	return 0;
}

int personal_from_json(
	struct json_object *object, struct personal *ret_personal, struct json_error *error)
{
	struct personal personal;

	if (!json_object_is_type(object, json_type_object)) {
		json_error_set(error, "facts", "an object wanted");
		return JSON_E_TYPE;
	}
	personal_init(&personal);
	json_object_object_foreach(object, code, value)
	{
		enum personal_fact fact;

		if (!find(code, &fact)) {
			json_error_set(error, code, "no such fact");
			return JSON_E_UNKNOWN;
		}
		if (read_value(value, &personal.values[fact]) != 0) {
			json_error_set(error, code, "a number, null or \"" ABSENT_WORD "\" wanted");
			return JSON_E_TYPE;
		}
	}
	*ret_personal = personal;
	return 0;
}

void personal_keep_groups(struct personal *personal, unsigned groups)
{
	for (int i = 0; i < PERSONAL_FACT_COUNT; i++) {
		if (!(groups & 1U << personal_fact_group((enum personal_fact)i))) {
			personal->values[i] = PERSONAL_NOT_SEEN;
		}
	}
}
