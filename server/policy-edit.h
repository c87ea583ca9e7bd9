/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a school wants otherwise than the package: which controls are on, how severe they are, by
 * which numbers they are judged, and how much is kept of each client's settings.
 *
 *   {"clients":{"zoom":"strict"},"controls":{"lock.idle":{"on":true,"max_minutes":5}}}
 *
 * It names only what differs, so that what a newer package adds or mends reaches the school.
 */
#pragma once

#include "json.h"

/* JSON_E_*, or POLICIES_E_REFUSED, with error filled */
must_check int policy_edit_parse(
	struct span text, struct json_object **ret_edit, struct json_error *error);
/*
 * Writes it into bundle. strict: POLICIES_E_REFUSED on what the bundle does not know; else that is
 * left out, as after an upgrade. What holds Caretaker itself to its word (agent.*, exempt.*) cannot
 * be switched off.
 */
must_check int policy_edit_apply(struct json_object *edit, struct json_object *bundle, bool strict,
	struct json_error *error);
size_t policy_edit_len(struct json_object *edit); /* how many controls and clients it names */
