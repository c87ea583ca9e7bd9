/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-hand as asked by caretakerd: one question at a time over hand.sock, in order. The
 * connection lives as long as there is something to ask, so that the hand can go when it is idle
 * and nothing is kept.
 */
#pragma once

#include "ipc.h"
#include "loop.h"

#define HAND_WAITING_MAX 256
#define HAND_TIMEOUT_MS 30000
/* caretaker-firewall: four programs of ACTS_TIMEOUT_MS (agent/wall/acts.h) */
#define HAND_FIREWALL_TIMEOUT_MS 620000

/*
 * error 0 with changes (array, borrowed): what was done. Otherwise changes is NULL, and error is a
 * -errno: no hand there, no answer in time, or an answer of another shape.
 */
typedef void (*hand_fn)(int error, struct json_object *changes, void *data);

struct hand;

/* path: the socket; borrowed */
must_check int hand_new(
	struct loop *loop, const char *path, int64_t timeout_ms, struct hand **ret_hand);
/* What still waits is answered with -ECANCELED. */
void hand_free(struct hand *hand);
void hand_free_p(struct hand **hand);
/* Keeps a reference on body. -ENOSPC when too much waits; fn is called later, never from here. */
must_check int hand_ask(
	struct hand *hand, enum ipc_type type, struct json_object *body, hand_fn fn, void *data);
