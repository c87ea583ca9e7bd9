/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as JSON, ARCHITECTURE.md "Messages between processes". */
#pragma once

#include "core.h"

#include <sys/types.h>

/*
 * REPLY status and audit. Who is no administrator sees of the users' clients only his own. only:
 * the one control to tell of; NULL for all.
 */
must_check int view_status(
	struct core *core, uid_t uid, bool admin, const char *only, struct json_object **ret_body);
/* REPLY doctor */
must_check int view_doctor(struct core *core, struct json_object **ret_body);
