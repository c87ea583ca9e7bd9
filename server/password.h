/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords as scrypt (RFC 7914) hashes; the costs are stored beside each, so that they can rise.
 */
#pragma once

#include "base.h"
#include "str.h"

#define PASSWORD_MIN 12
#define PASSWORD_MAX 256
#define PASSWORD_SALT_LEN 22
#define PASSWORD_HASH_LEN 43

struct password {
	char salt[PASSWORD_SALT_LEN + 1];
	char hash[PASSWORD_HASH_LEN + 1];
	int64_t n;
	int64_t r;
	int64_t p;
};

/* Both take about 80 ms and 32 MiB: for the slow lane. */
must_check int password_make(struct span text, struct password *ret_password);
/* stored NULL: does the same work and says no, so that a name that is none takes as long */
must_check int password_check(const struct password *stored, struct span text, bool *ret_right);
