/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-edit.h"

#include "policies.h"

#include <string.h>

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return POLICIES_E_REFUSED;
}

struct parts {
	struct json_object *clients;
	struct json_object *controls;
};

static const struct json_field fields[] = {
	{"clients", JSON_WANT_OBJECT, offsetof(struct parts, clients), false, POLICY_CLIENTS_MAX},
	{"controls", JSON_WANT_OBJECT, offsetof(struct parts, controls), false,
		POLICY_CONTROLS_MAX},
};

static int read_parts(struct json_object *edit, struct parts *ret_parts, struct json_error *error)
{
	return json_decode(edit, fields, ARRAY_LEN(fields), ret_parts, error);
}

int policy_edit_parse(struct span text, struct json_object **ret_edit, struct json_error *error)
{
	cleanup(json_put) struct json_object *edit = NULL;
	struct parts parts = {0};
	int r = json_parse(text, &edit, error);

	if (r == 0 && !json_object_is_type(edit, json_type_object)) {
		r = refuse(error, "edit", "is no object");
	}
	r = r != 0 ? r : read_parts(edit, &parts, error);
	if (r == 0) {
		*ret_edit = TAKE_PTR(edit);
	}
	return r;
}

static bool is_own(const char *id)
{
	return strncmp(id, "agent.", 6) == 0 || strncmp(id, "exempt.", 7) == 0;
}

static bool is_severity(struct json_object *value)
{
	static const char *const words[] = {"critical", "high", "info", "low", "medium"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(json_object_get_string(value), words[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* A member that the package has, with a value of the same type; texts are severities alone. */
static int set_member(struct json_object *control, const char *id, const char *name,
	struct json_object *value, struct json_error *error)
{
	struct json_object *held = NULL;

	if (!json_object_object_get_ex(control, name, &held) ||
		json_object_get_type(held) != json_object_get_type(value)) {
		return refuse(error, id, "has no such member, or one of another type");
	}
	if (strcmp(name, "severity") == 0 ? !is_severity(value)
					  : !json_object_is_type(value, json_type_boolean) &&
						    !json_object_is_type(value, json_type_int)) {
		return refuse(error, id, "has a member that cannot be edited so");
	}
	if (strcmp(name, "on") == 0 && is_own(id) && !json_object_get_boolean(value)) {
		return refuse(error, id, "holds Caretaker itself to its word and stays on");
	}
	return json_object_object_add(control, name, json_object_get(value)) < 0 ? -ENOMEM : 0;
}

static int set_control(struct json_object *controls, const char *id, struct json_object *value,
	bool strict, struct json_error *error)
{
	struct json_object *control = NULL;
	int r = 0;

	if (!json_object_object_get_ex(controls, id, &control)) {
		return strict ? refuse(error, id, "is no control of this policy") : 0;
	}
	if (!json_object_is_type(value, json_type_object)) {
		return refuse(error, id, "is no object");
	}
	json_object_object_foreach(value, name, member)
	{
		int one = r < 0 ? r : set_member(control, id, name, member, error);

		r = one < 0 || (one > 0 && strict) ? one : r;
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static int set_client(struct json_object *clients, const char *id, struct json_object *value,
	bool strict, struct json_error *error)
{
	static const char *const tiers[] = {"base", "off", "strict"};
	struct json_object *client = NULL;

	if (!json_object_object_get_ex(clients, id, &client)) {
		return strict ? refuse(error, id, "is no client of this policy") : 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(tiers); i++) {
		if (json_object_is_type(value, json_type_string) &&
			strcmp(json_object_get_string(value), tiers[i]) == 0) {
			return json_object_object_add(client, "tier", json_object_get(value)) < 0
				       ? -ENOMEM
				       : 0;
		}
	}
	return refuse(error, id, "is kept off, base or strict");
}

typedef int (*set_fn)(struct json_object *table, const char *id, struct json_object *value,
	bool strict, struct json_error *error);

static int set_all(struct json_object *edits, struct json_object *table, set_fn set, bool strict,
	struct json_error *error)
{
	if (!edits || !table) {
		return 0;
	}
	json_object_object_foreach(edits, id, value)
	{
		int r = set(table, id, value, strict, error);

		if (r != 0) {
			return r;
		}
	}
	return 0;
}

int policy_edit_apply(
	struct json_object *edit, struct json_object *bundle, bool strict, struct json_error *error)
{
	struct json_object *controls = NULL, *clients = NULL;
	struct parts parts = {0};
	int r = read_parts(edit, &parts, error);

	json_object_object_get_ex(bundle, "controls", &controls);
	json_object_object_get_ex(bundle, "clients", &clients);
	r = r != 0 ? r : set_all(parts.controls, controls, set_control, strict, error);
	r = r != 0 ? r : set_all(parts.clients, clients, set_client, strict, error);
	return r > 0 ? POLICIES_E_REFUSED : r;
}

size_t policy_edit_len(struct json_object *edit)
{
	struct parts parts = {0};
	int r = read_parts(edit, &parts, NULL);

	return r != 0 ? 0
		      : (parts.controls ? (size_t)json_object_object_length(parts.controls) : 0) +
				(parts.clients ? (size_t)json_object_object_length(parts.clients)
					       : 0);
}
