/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.inbound-default-deny kept: when the control fails and its owner, or a policy of the school
 * whose device it is ("clients": {"firewall": {"tier": "base"}}), wants it kept, caretaker-firewall
 * is asked to close the firewall. What was done is judged again at once, and put back when
 * strangers still come in. Whether the network still works is said by a person (`caretaker confirm
 * firewall`), by the policy (confirm_seconds: 0), or by a report that reached the school after the
 * change; else caretaker-firewall puts it back.
 */
#pragma once

#include "core.h"
#include "json-build.h"

#define GUARD_SECONDS 60    /* when the policy names no confirm_seconds */
#define GUARD_GRACE_MS 2000 /* for caretaker-firewall to act, before it is asked what stands */
#define GUARD_PAUSE_FIRST_MS 5000 /* between two tries that nobody asked for; doubled each time */
#define GUARD_PAUSE_LAST_MS 600000

struct gather;
struct guard;

/* path: caretaker-firewall's socket; borrowed */
must_check int guard_new(struct core *core, const char *path, struct guard **ret_guard);
void guard_free(struct guard *guard);
void guard_free_p(struct guard **guard);

/* Asks what stands, and keeps what is to be kept. */
must_check int guard_begin(struct guard *guard);
/* Another policy holds: what a school had closed opens when the device is its no more. */
must_check int guard_policy_changed(struct guard *guard);
/* The control was judged. */
must_check int guard_judged(struct guard *guard);
/* Report number `accepted` is with the school. */
void guard_reached(struct guard *guard, int64_t accepted);

/* A person's word; the gather holds the answer back until it is done. */
must_check int guard_enforce(struct guard *guard, struct gather *gather);
must_check int guard_undo(struct guard *guard, struct gather *gather);
must_check int guard_confirm(struct guard *guard, struct gather *gather);

/* The control fails, and something would be done about it. */
bool guard_is_due(const struct guard *guard);
/* CHANGE of what would be done */
must_check int guard_add_plan(const struct guard *guard, struct json_build *array);
/* CLIENT, when something was done */
void guard_add_client(const struct guard *guard, struct json_build *array);
/* Seconds until it is put back unless somebody confirms; 0 when nothing waits, or for NULL */
int64_t guard_waits_s(const struct guard *guard);
