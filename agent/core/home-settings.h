/* SPDX-License-Identifier: Apache-2.0 */
/* HOME_SETTINGS: what a user's worker is to keep, to leave alone and to tell. */
#pragma once

#include "core.h"

/* serial: echoed by the state that follows */
must_check int home_settings_build(
	const struct core *core, int64_t serial, struct json_object **ret_body);
