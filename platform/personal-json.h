/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of an account as JSON: {"code":number, "code":null, "code":"absent"}, where null says
 * that it was not seen. Closed: a name that is no fact is refused, and so is any other value.
 */
#pragma once

#include "json.h"
#include "personal.h"

#define PERSONAL_VALUE_MAX (((int64_t)1 << 53) - 1) /* exact in every JSON reader */

/* Facts of the groups alone whose bit is set; a value out of bounds counts as not seen. */
must_check int personal_to_json(
	const struct personal *personal, unsigned groups, struct json_object **ret_object);
/* What is not named is NOT_SEEN. JSON_E_* with error filled, which may be NULL. */
must_check int personal_from_json(
	struct json_object *object, struct personal *ret_personal, struct json_error *error);
/* Every fact of another group becomes NOT_SEEN. */
void personal_keep_groups(struct personal *personal, unsigned groups);
