/* SPDX-License-Identifier: Apache-2.0 */
/* HOME_SETTINGS: what a user's worker is to keep, to leave alone and to tell. */
#pragma once

#include "core.h"

#include <sys/types.h>

/* What is kept and does not count yet for this account (keeper.h), and what was left on (
 * "when":"left-on", with the wall second since which the control fails), outside of quiet hours;
 * the caller puts it. */
must_check int home_settings_later(
	const struct core *core, uid_t uid, struct json_object **ret_array);
/* serial: echoed by the state that follows; later: of home_settings_later */
must_check int home_settings_build(const struct core *core, int64_t serial,
	struct json_object *later, struct json_object **ret_body);
