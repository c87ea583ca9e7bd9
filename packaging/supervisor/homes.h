/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose worker runs where no login starts one: each regular user (UID_MIN to UID_MAX of
 * login.defs(5)) with a login shell and a home that is there.
 */
#pragma once

#include "base.h"

#include <sys/types.h>

#define HOMES_MAX 64

struct home {
	uid_t uid;
	gid_t gid;
	char *user; /* owned, as are those below */
	char *path;
};

struct homes {
	struct home items[HOMES_MAX];
	size_t len;
};
void homes_finish(struct homes *homes);

/* only: uids to keep, n of them; 0 keeps all. Users above HOMES_MAX are left out: -ENOSPC. */
must_check int homes_read(const uid_t *only, size_t n, struct homes *ret_homes);

/* DIR/UID.pid: "PID STARTTIME", the start time as in field 22 of proc_pid_stat(5) */
must_check int homes_write_pid(int dirfd, uid_t uid, pid_t pid);
void homes_remove_pid(int dirfd, uid_t uid);
