/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts one program through setpriv(1): identity, capabilities, no-new-privs, address families,
 * a clean environment, and listening sockets by the protocol of sd_listen_fds(3).
 */
#pragma once

#include "base.h"
#include "families.h"

#include <sys/types.h>

#define SPAWN_FDS_MAX 4

struct spawn_fd {
	const char *name;
	int fd; /* stays the caller's */
};

/* All strings are borrowed and outlive it. */
struct spawn {
	const char *program;  /* absolute path */
	const char *argument; /* NULL for none */
	const char *caps;     /* setpriv's --bounding-set: "-all,+sys_ptrace" */
	enum families families;
	uid_t uid;
	gid_t gid;
	unsigned tcache_count; /* of glibc.malloc, as its unit says */
	/* Of the user it runs as; NULL for root, and for one that has no home and no other groups
	 */
	const char *user;
	const char *home;
	struct spawn_fd fds[SPAWN_FDS_MAX];
	size_t n_fds;
};

/*
 * Forks. The child waits until *ret_gate is closed, then becomes the program with the same pid; so
 * its pid can be written down before it does anything.
 */
must_check int spawn_start(const struct spawn *spawn, int *ret_gate, pid_t *ret_pid);
