/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usb.no-autorun: what a stick or a disc brings is neither started nor offered to be started. On a
 * school's device the person cannot change that. Which sticks were ever there is not looked at.
 */
#include "desktop.h"

#define ID "usb.no-autorun"

static const struct check_input inputs[] = {
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_DESKTOP},
};

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t off = facts->values[PERSONAL_AUTORUN_OFF];

	(void)data;
	if (!desktop_is_there(facts, v)) {
		return 0;
	}
	if (off == 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTORUN_ON);
	}
	if (off != 1) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DESKTOP_UNKNOWN);
	}
	return desktop_pass_fixed(ctx, facts->values[PERSONAL_AUTORUN_FIXED], POSTURE_AUTORUN_OFF,
		POSTURE_AUTORUN_CHANGEABLE, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	return people_judge(ctx, judge, NULL, v);
}

const struct check check_usb_no_autorun = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
