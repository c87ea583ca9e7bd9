/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner of a private device agreed to: settings one by one, each with the value that was
 * shown. Another value, or a setting that a later policy brings, is another thing and is asked for
 * again; what was agreed to stays agreed to. Kept as one number for each, since caretakerd has all
 * of them in memory for as long as it lives and their text would be a tenth of it. Two settings of
 * one number would be agreed to together: FNV-1a of 64 bits over some hundred names that this
 * package was built with, and no peer can add a name to those.
 */
#pragma once

#include "json-build.h"
#include "profile.h"
#include "vec.h"

#define AGREED_MAX 4096
#define AGREED_TEXT_LEN 16 /* hexadecimal digits */

struct agreed {
	VEC(uint64_t) list;
};
void agreed_finish(struct agreed *agreed);

struct agreed_setting {
	const char *client, *key;
	struct json_object *value; /* NULL for null */
};
bool agreed_has(const struct agreed *agreed, const struct agreed_setting *setting);
/* To what is agreed already is agreed once. -ENOSPC, -ENOMEM */
must_check int agreed_add(struct agreed *agreed, const struct agreed_setting *setting);
void agreed_drop(struct agreed *agreed, const struct agreed_setting *setting);

/* Texts of AGREED_TEXT_LEN digits; JSON_E_* or -errno */
must_check int agreed_from_json(
	struct json_object *array, struct agreed *ret_agreed, struct json_error *error);
void agreed_build(const struct agreed *agreed, struct json_build *array);
