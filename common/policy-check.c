/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-check.h"

#include "policy.h"

#include <string.h>

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return POLICY_E_SCHEMA;
}

static bool word_among(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(word, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

bool policy_word_valid(const char *word, char separator)
{
	size_t len = strlen(word);

	if (len == 0 || len > POLICY_WORD_MAX || word[0] == separator ||
		word[len - 1] == separator) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		char c = word[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != separator) {
			return false;
		}
	}
	return true;
}

static bool threshold_valid(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_int:
		return json_object_get_int64(value) >= 0 &&
		       json_object_get_int64(value) <= POLICY_NUMBER_MAX;
	case json_type_string:
	case json_type_array:
	case json_type_object:
	case json_type_boolean:
		return true;
	case json_type_double:
	case json_type_null:
		return false;
	}
	return false;
}

static bool severity_valid(struct json_object *value)
{
	static const char *const severities[] = {"critical", "high", "medium", "low", "info"};

	return json_object_is_type(value, json_type_string) &&
	       word_among(json_object_get_string(value), severities, ARRAY_LEN(severities));
}

static int check_control(const char *id, struct json_object *control, struct json_error *error)
{
	if (!posture_id_valid(span_z(id)) || !json_object_is_type(control, json_type_object)) {
		return refuse(error, id, "not a control");
	}
	if (!json_object_is_type(json_object_object_get(control, "on"), json_type_boolean)) {
		return refuse(error, id, "\"on\" wanted, true or false");
	}
	if (!severity_valid(json_object_object_get(control, "severity"))) {
		return refuse(error, id, "\"severity\" is no severity");
	}
	json_object_object_foreach(control, name, value)
	{
		if (!policy_word_valid(name, '_') || !threshold_valid(value)) {
			return refuse(error, id, "a threshold has a wrong name or type");
		}
	}
	return 0;
}

static int check_client(const char *id, struct json_object *client, struct json_error *error)
{
	static const char *const tiers[] = {"off", "base", "strict"};
	static const struct json_field fields[] = {{"tier", JSON_WANT_STRING, 0, true, 0}};
	const char *tier;

	if (!policy_word_valid(id, '-')) {
		return refuse(error, id, "not a client");
	}
	if (json_decode(client, fields, ARRAY_LEN(fields), &tier, NULL) != 0 ||
		!word_among(tier, tiers, ARRAY_LEN(tiers))) {
		return refuse(error, id, "\"tier\" alone wanted: off, base or strict");
	}
	return 0;
}

int policy_check_controls(struct json_object *controls, struct json_error *error)
{
	json_object_object_foreach(controls, id, control)
	{
		if (check_control(id, control, error) != 0) {
			return POLICY_E_SCHEMA;
		}
	}
	return 0;
}

int policy_check_clients(struct json_object *clients, struct json_error *error)
{
	json_object_object_foreach(clients, name, client)
	{
		if (check_client(name, client, error) != 0) {
			return POLICY_E_SCHEMA;
		}
	}
	return 0;
}
