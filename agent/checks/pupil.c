/* SPDX-License-Identifier: Apache-2.0 */
#include "pupil.h"

#include <string.h>

bool pupil_excuse(const struct check_ctx *ctx, const char *id, struct verdict *v)
{
	struct json_object *profile = policy_control_value(ctx->policy, id, "profile");

	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		verdict_set(v, POSTURE_NA, POSTURE_PARENTS_CHOICE);
		return true;
	}
	if (!json_object_is_type(profile, json_type_string) ||
		strcmp(json_object_get_string(profile), "pupil") != 0) {
		verdict_set(v, POSTURE_NA, POSTURE_STAFF_DEVICE);
		return true;
	}
	return false;
}
