/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which kind of program is behind a client of a sound server. What is trusted, in this order:
 *
 * - app: PipeWire's "pipewire.access.portal.app_id", which the portal or the server sets for what
 *   runs in a sandbox; a client cannot change it.
 * - proven: PipeWire's "pipewire.sec.pid", which the server has from the kernel (SO_PEERCRED). It
 *   is that of pipewire-pulse for who speaks PulseAudio's protocol to it, and the portal's for who
 *   was handed a connection by the portal.
 * - claimed: "application.process.id", the client's own word. PulseAudio shows no other, and
 * neither does pipewire-pulse, so a program of the same user can pass for another of that user's
 * there.
 * - binary: "application.process.binary", the client's own word again; taken only where the claimed
 *   process is none of this user's here, as that of a sandbox with numbers of its own.
 *
 * All of it is the user's claim about themselves, as everything that a worker tells.
 */
#pragma once

#include "media-program.h"

struct client {
	struct span app;
	bool has_app;	       /* the portal or the server said something, which may be empty */
	pid_t proven, claimed; /* 0: not told */
	struct span binary;
};

/* MEDIA_KIND_DAEMON: the sound server itself, or another one. proc: directory fd of /proc. */
enum media_kind client_kind(const struct client *client, int proc, uid_t uid);
/* A decimal number of a process; 0 for anything else */
pid_t client_pid(const char *text);
