/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a process is the worker that was started for a user, and not one that claims to be. */
#pragma once

#include "str.h"

#include <sys/types.h>

#define HOME_GENUINE_FILE_MAX ((size_t)4096)

/*
 * peer and own: contents of /proc/PID/cgroup of the peer and of caretakerd (cgroups(7), version 2).
 * True when the peer is in caretaker-home@UID.service of the system's own slice. The name alone is
 * not enough: a user may make groups of any name below user@UID.service, which is delegated.
 */
bool home_genuine_cgroup(struct span peer, struct span own, uid_t uid);
/* "PID STARTTIME" as the supervisor wrote it, and /proc/PID/stat of the peer (proc_pid_stat(5)) */
bool home_genuine_pidfile(struct span pidfile, struct span stat, pid_t pid);

/* Both, of this machine. run_fd: RUNDIR; homes/UID.pid counts only when root alone may write it. */
bool home_genuine(int run_fd, pid_t pid, uid_t uid);
