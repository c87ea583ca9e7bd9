/* SPDX-License-Identifier: Apache-2.0 */
#include "profile-parts.h"

#include <stdio.h>

#define TEXT_MAX ENFORCE_PROFILE_TEXT_MAX
#define SOURCE_MAX 512
#define ACCEPT_MAX INT32_MAX

int enforce_profile_wrong(struct json_error *error, const char *where, const char *what)
{
	if (error) {
		snprintf(error->where, sizeof(error->where), "%s", where);
		error->what = what;
	}
	return JSON_E_TYPE;
}

struct accept_wire {
	int64_t from, to;
};

static const struct json_field accept_fields[] = {
	{"from", JSON_WANT_INT, offsetof(struct accept_wire, from), true, ACCEPT_MAX},
	{"to", JSON_WANT_INT, offsetof(struct accept_wire, to), true, ACCEPT_MAX},
};

static int decode_accept(
	struct json_object *object, struct enforce_setting *setting, struct json_error *error)
{
	struct accept_wire wire = {0};
	int r = json_decode(object, accept_fields, ARRAY_LEN(accept_fields), &wire, error);

	if (r != 0) {
		return r;
	}
	if (wire.from > wire.to) {
		return enforce_profile_wrong(error, "accept", "no number lies between from and to");
	}
	setting->ranged = true;
	setting->from = wire.from;
	setting->to = wire.to;
	return 0;
}

struct setting_wire {
	const char *group, *key, *tier, *why, *source;
	struct json_object *accept, *value;
};

static const struct json_field setting_fields[] = {
	{"accept", JSON_WANT_OBJECT, offsetof(struct setting_wire, accept), false, 0},
	{"group", JSON_WANT_STRING, offsetof(struct setting_wire, group), false, TEXT_MAX},
	{"key", JSON_WANT_STRING, offsetof(struct setting_wire, key), true, TEXT_MAX},
	{"source", JSON_WANT_STRING, offsetof(struct setting_wire, source), true, SOURCE_MAX},
	{"tier", JSON_WANT_STRING, offsetof(struct setting_wire, tier), true, TEXT_MAX},
	{"value", JSON_WANT_ANY, offsetof(struct setting_wire, value), true, 0},
	{"why", JSON_WANT_STRING, offsetof(struct setting_wire, why), true, TEXT_MAX},
};

int enforce_setting_decode(
	struct json_object *object, struct enforce_setting *setting, struct json_error *error)
{
	struct setting_wire wire = {0};
	int r = json_decode(object, setting_fields, ARRAY_LEN(setting_fields), &wire, error);

	if (r != 0) {
		return r;
	}
	if (json_path_parse(span_z(wire.key), &setting->path) < 0) {
		return enforce_profile_wrong(error, "key", "not a key path");
	}
	if (enforce_tier_parse(wire.tier, &setting->tier) < 0 || setting->tier == ENFORCE_OFF) {
		return enforce_profile_wrong(error, "tier", "neither base nor strict");
	}
	/* an object would hide what somebody else set inside it: its members are settings */
	if (json_object_is_type(wire.value, json_type_object) ||
		json_object_is_type(wire.value, json_type_double)) {
		return enforce_profile_wrong(error, "value", "an object or a fraction");
	}
	setting->group = wire.group;
	setting->key = wire.key;
	setting->value = wire.value;
	setting->why = wire.why;
	return wire.accept ? decode_accept(wire.accept, setting, error) : 0;
}
