/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose uid has a run/user/UID, which logind makes at somebody's first sign-in and removes after
 * the last sign-out (pam_systemd(8)). Only asked whether somebody is there now; nothing of it is
 * kept. A machine without logind has nobody signed in by this.
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
