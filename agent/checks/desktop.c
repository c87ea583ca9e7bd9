/* SPDX-License-Identifier: Apache-2.0 */
#include "desktop.h"

bool desktop_is_there(const struct personal *facts, struct verdict *v)
{
	if (facts->values[PERSONAL_DESKTOP] == 1) {
		return true;
	}
	if (facts->values[PERSONAL_DESKTOP] == 0) {
		verdict_set(v, POSTURE_NA, POSTURE_NO_DESKTOP);
	} else {
		verdict_set(v, POSTURE_UNKNOWN, POSTURE_DESKTOP_UNKNOWN);
	}
	return false;
}

int desktop_pass_fixed(const struct check_ctx *ctx, int64_t fixed, enum posture_reason right,
	enum posture_reason changeable, struct verdict *v)
{
	if (policy_owner(ctx->policy) == POLICY_PRIVATE || fixed == 1) {
		return verdict_set(v, POSTURE_PASS, right);
	}
	return fixed == 0 ? verdict_set(v, POSTURE_FAIL, changeable)
			  : verdict_set(v, POSTURE_UNKNOWN, POSTURE_DESKTOP_UNKNOWN);
}
