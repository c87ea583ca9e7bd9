/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaving a school: the server is asked to erase the device, and key, state and spool are erased
 * here whatever it answers. The answer says which of the two happened.
 */
#pragma once

#include "core.h"

#define LEAVING_WAIT_MS 90000 /* for the courier and the server */

struct leaving;

must_check int leaving_new(struct core *core, struct leaving **ret_leaving);
void leaving_free(struct leaving *leaving);
void leaving_free_p(struct leaving **leaving);

/* Takes up what was interrupted. */
must_check int leaving_resume(struct leaving *leaving);
bool leaving_busy(const struct leaving *leaving);
/* Answers control peer `peer`. */
must_check int leaving_begin(struct leaving *leaving, uint64_t peer);
/* The reply to the item of kind leave */
must_check int leaving_take_reply(struct leaving *leaving, const struct spool_reply *reply);
