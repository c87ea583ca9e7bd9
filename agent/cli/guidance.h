/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which guidance stands behind a setting: policies/guidance/settings.json names a control for each
 * setting's text, and the control's text names those who ask for it.
 */
#pragma once

#include "json.h"
#include "page.h"

struct guidance {
	struct json_object *root; /* owned; NULL: nothing is known */
	struct json_object *settings;
};

void guidance_finish(struct guidance *guidance);
/* Of this data directory; none that can be read is none that is told. */
void guidance_load(const char *datadir, struct guidance *ret_guidance);
/* The control's id for the text key of a setting ("setting...."); NULL */
const char *guidance_control(const struct guidance *guidance, const char *why);
