/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a camera or microphone was left on: av.camera-idle and av.mic-idle. */
#pragma once

#include "check.h"

#define LEFT_ON_MINUTES 5 /* unless the policy says otherwise */

/*
 * Policy of a control: "minutes", and "lesson_hours": a list of {"days": ["mon", ...], "from":
 * "08:00", "to": "15:30"} in local time. Outside of them a call excuses nothing. none: the reason
 * when the machine has no such device.
 */
int left_on_judge(const struct check_ctx *ctx, const char *id, enum media_device device,
	enum posture_reason none, struct verdict *v);

/* Pure: whether this moment lies in them; no list, or one that nobody can read, is all day. */
bool left_on_lesson(struct json_object *hours, int weekday, int minute);
