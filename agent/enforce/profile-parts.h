/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the profile's own files alone. */
#pragma once

#include "profile.h"

#define ENFORCE_PROFILE_TEXT_MAX 255

/* JSON_E_TYPE, with error filled; it may be NULL */
must_check int enforce_profile_wrong(struct json_error *error, const char *where, const char *what);
/* One of the list of settings; the setting borrows from object. */
must_check int enforce_setting_decode(
	struct json_object *object, struct enforce_setting *setting, struct json_error *error);
