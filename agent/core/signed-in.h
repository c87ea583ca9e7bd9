/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has a note of logind's, run/systemd/users/UID: made at somebody's first sign-in, removed
 * after the last sign-out (what sd_uid_get_state(3) reads; run/user is hidden from caretakerd).
 * Only asked whether somebody is there now; nothing of it is kept. A machine without logind has
 * nobody signed in by this.
 */
#pragma once

#include "loop.h"
#include "sysroot.h"

#include <sys/types.h>

struct signed_in;
/* Somebody came or went. */
typedef void (*signed_in_fn)(void *data);

must_check int signed_in_new(struct loop *loop, const struct sysroot *root, signed_in_fn fn,
	void *data, struct signed_in **ret_signed_in);
void signed_in_free(struct signed_in *signed_in);
/* fn with each person's uid who is there now: login.defs(5) says which uids are a person's. */
must_check int signed_in_each(
	const struct signed_in *signed_in, int (*fn)(uid_t uid, void *data), void *data);
bool signed_in_has(const struct signed_in *signed_in, uid_t uid);
