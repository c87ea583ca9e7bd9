/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caretaker's processes without systemd: what packaging/systemd says in units, said in C, for a
 * container or a test. Same sockets, same identities, same limits as far as setpriv(1) and
 * seccomp(2) reach; no mount namespaces.
 */
#pragma once

#include "homes.h"

struct supervisor_options {
	bool agent;  /* caretakerd, caretaker-hand, caretaker-courier, caretaker-home */
	bool server; /* caretaker-server */
	bool homes;  /* a worker for each regular user */
	uid_t only_homes[HOMES_MAX]; /* or for these alone */
	size_t n_only_homes;
};

enum supervisor_outcome {
	SUPERVISOR_E_RUNNING = 1, /* another one holds RUNDIR/supervise.pid */
};

/* Runs until SIGTERM or SIGINT, then stops all in order. 0, SUPERVISOR_E_*, -errno */
must_check int supervisor_run(const struct supervisor_options *options);
