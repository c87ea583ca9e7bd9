/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What RestrictAddressFamilies= of systemd.exec(5) does, where there is no systemd: a seccomp
 * filter (seccomp(2)) that lets socket(2) make only the families named. io_uring can make sockets
 * behind such a filter's back (IORING_OP_SOCKET, Linux 5.19), so it is refused altogether.
 */
#pragma once

#include "base.h"

enum families {
	FAMILIES_LOCAL,	  /* AF_UNIX */
	FAMILIES_KERNEL,  /* AF_UNIX and AF_NETLINK: no network */
	FAMILIES_NETWORK, /* those, AF_INET and AF_INET6 */
	/* AF_UNIX, AF_INET and AF_INET6, of which none can be bound, connected or sent to */
	FAMILIES_MUTE,
};

/*
 * For the calling process and all that it executes, for good. Sets no-new-privs. Safe between fork
 * and exec. 0 or -errno.
 */
must_check int families_restrict(enum families families);
