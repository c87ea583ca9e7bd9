/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av.camera-idle: no camera stays on when class is over: open for longer than the policy's minutes
 * while no call goes on, or outside the hours of lessons that a policy names. Told by day, and of a
 * school's own device alone.
 */
#include "left-on.h"

#define ID "av.camera-idle"

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	return left_on_judge(ctx, ID, MEDIA_CAMERA, POSTURE_NO_CAMERA, v);
}

static const struct check_input inputs[] = {{CHECK_INPUT_MEDIA}};

const struct check check_av_camera_idle = {
	.id = ID,
	.by_day = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
