/* SPDX-License-Identifier: Apache-2.0 */
/* Which sound servers of one user run. */
#pragma once

#include "base.h"

#include <sys/types.h>

enum server {
	SERVER_PIPEWIRE,
	SERVER_PULSE,
	SERVER_UNHEARD, /* one whose clients cannot be asked for: jackd */
	SERVER_COUNT,
};

/* Bits 1 << server, by the executables of this user's processes. proc: directory fd of /proc */
must_check int servers_look(int proc, uid_t uid, unsigned *ret_servers);
