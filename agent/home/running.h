/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the clients runs as this account, and when it was closed: a client that writes its
 * settings from memory would write over what was set meanwhile. A program is known by its name as
 * the kernel tells it (15 bytes, proc_pid_comm(5)); "flatpak:ID" and "snap:NAME" by the control
 * group that these put it in ("app-flatpak-ID-NUMBER.scope", "snap.NAME.APP-UUID.scope").
 */
#pragma once

#include "loop.h"
#include "profile.h"

#include <sys/types.h>

#define RUNNING_WATCHED_MAX 64

struct running;
/* A client that was found running is no longer. */
typedef int (*running_fn)(void *data);

/* proc: directory fd of /proc, borrowed; -1: nothing is ever found */
must_check int running_new(struct loop *loop, int proc, uid_t uid, running_fn fn, void *data,
	struct running **ret_running);
void running_free(struct running *running);
/* The processes are read anew when they are next asked about. */
void running_forget(struct running *running);
/* Whether one of the programs of file->running runs; its end is then waited for. What cannot be
 * seen does not run. */
bool running_has(struct running *running, const struct enforce_file *file);

#define RUNNING_NAME_MAX 15
/* Pure: the name of a process by the text of its stat file; false when it has ended. */
bool running_stat_read(const char *text, char ret_name[RUNNING_NAME_MAX + 1]);
