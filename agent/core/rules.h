/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner said about keeping settings: `enforce` and `undo`, for everything, one client or
 * one key. The newest word about a setting holds; where nothing was said, the device's ownership
 * decides (school: keep, private: audit only).
 */
#pragma once

#include "json.h"
#include "vec.h"

#define RULES_MAX 256
#define RULES_CLIENT_MAX 64
#define RULES_KEY_MAX 128

struct rule {
	char client[RULES_CLIENT_MAX + 1]; /* empty: all clients */
	char key[RULES_KEY_MAX + 1];	   /* empty: all keys of the client */
	bool keep;
};
struct rules {
	VEC(struct rule) list; /* oldest first */
};

void rules_finish(struct rules *rules);
/* client NULL: everything. key NULL: all of the client. -EINVAL when a name is too long. */
must_check int rules_say(struct rules *rules, const char *client, const char *key, bool keep);
/* Whether this key is kept. key NULL asks about the client as a whole. */
bool rules_keep(const struct rules *rules, bool by_default, const char *client, const char *key);
/* Whether any client at all may be kept */
bool rules_keep_any(const struct rules *rules, bool by_default);

/* [{"client","keep","key"}]; JSON_E_* or -errno */
must_check int rules_from_json(
	struct json_object *array, struct rules *ret_rules, struct json_error *error);
must_check int rules_to_json(const struct rules *rules, struct json_object **ret_array);
