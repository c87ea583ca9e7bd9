/* SPDX-License-Identifier: Apache-2.0 */
/* The start protocol of sd_notify(3), without libsystemd: one datagram to $NOTIFY_SOCKET. */
#pragma once

#include "base.h"

/* "READY=1", "STOPPING=1", "STATUS=..."; does nothing when nobody listens. */
void notify_send(const char *text);
