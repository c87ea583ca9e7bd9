/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports on their way: when one is built, what waits, what became of it. A report is numbered on
 * disk before it is signed, kept in the outbox until the server has it, and then in the ledger.
 */
#pragma once

#include "core.h"

#define SENDER_WAITERS_MAX 8
#define SENDER_GIVE_UP_MS 150000 /* what a person at `caretaker send` waits at most */
#define SENDER_FULL_MIN_MS 60000 /* between two full reports that a server asked for */

struct sender;

must_check int sender_new(struct core *core, struct sender **ret_sender);
void sender_free(struct sender *sender);
void sender_free_p(struct sender **sender);

/* Plans the next batch; what still waits is tried now. Also after an enrolment. */
must_check int sender_begin(struct sender *sender);
/* Nothing is sent any more: the device left. */
must_check int sender_end(struct sender *sender);
/* Everything anew and at once: after enrolment, after a new policy. */
must_check int sender_tell_all(struct sender *sender);
/* The owner's own: at once, with a report that answers control peer `peer`. */
must_check int sender_send(struct sender *sender, uint64_t peer);
/* A report's reply */
must_check int sender_take_reply(
	struct sender *sender, int64_t number, const struct spool_reply *reply);

/* {"next","problem","waiting"} */
must_check int sender_to_json(struct sender *sender, struct json_object **ret_object);
/* Why the last try failed: a code with a text "error.CODE"; NULL when it did not */
const char *sender_problem(const struct sender *sender);
