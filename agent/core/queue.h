/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports from memory to the outbox, and from there to the ledger. A report is numbered on disk
 * before it is signed, so that no number is ever used for two.
 */
#pragma once

#include "core.h"

#define QUEUE_SKIP_MAX 64

/* Builds, numbers, seals and lays one report into the outbox. Says why when it cannot. */
must_check int queue_report(struct core *core);
/* The server has it: to the ledger, out of the outbox. Says why when it cannot. */
must_check int queue_file(struct core *core, int64_t number);
/* What was sent long ago goes, whether or not anything can be sent now. */
void queue_let_go(const struct core *core);
/*
 * The server will never take what waits: all of it goes, the next report tells everything, and its
 * number is skip further than it would be.
 */
must_check int queue_collapse(struct core *core, int64_t skip);
must_check int queue_waiting(const struct core *core, size_t *ret_n);
/* The bytes of the next report, and of those that wait: the REPLY of preview */
must_check int queue_preview(struct core *core, struct json_object **ret_body);
