/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entering a school. Either everything of an enrolment holds, or everything is as it was before;
 * what a crash interrupts is taken up again at the next start.
 */
#pragma once

#include "core.h"

#define ENROLMENT_WAIT_MS 120000 /* for the courier and the server */

struct enrolment;

must_check int enrolment_new(struct core *core, struct enrolment **ret_enrolment);
void enrolment_free(struct enrolment *enrolment);
void enrolment_free_p(struct enrolment **enrolment);

/* Takes up what was interrupted. */
must_check int enrolment_resume(struct enrolment *enrolment);
bool enrolment_busy(const struct enrolment *enrolment);
/* Answers control peer `peer`, with progress meanwhile. */
must_check int enrolment_begin(struct enrolment *enrolment, struct span string, uint64_t peer);
/* The reply to the item of kind enrol */
must_check int enrolment_take_reply(struct enrolment *enrolment, const struct spool_reply *reply);
