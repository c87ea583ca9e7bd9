/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What says when a person uses a device (by_day of agent/check.h) leaves a private device only
 * after its owner turned it on, control by control: `caretaker consent report CONTROL`, and back
 * with
 * `--withdraw`. Kept among what the owner agreed to; whoever leaves a school, or joins one, is
 * asked anew.
 */
#pragma once

#include "control.h"

/* Where a setting would name its client */
#define REPORT_SHARE_CLIENT "report"

bool report_share_has(const struct state *state, const char *id);
/* Answers as enforce and undo do. key: the control. -ENOMEM */
must_check int report_share_say(struct core *core, const struct control_call *call, bool on);
/* Nothing is shared any more; whether anything was. */
bool report_share_forget(struct state *state);
