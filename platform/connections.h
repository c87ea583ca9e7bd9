/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before a firewall is closed that lets through the answers to what it knows: the kernel begins to
 * track connections with the first rule that asks, and takes what was open before for new, so that
 * a session of ssh that is at rest would be cut off.
 */
#pragma once

#include "base.h"

#define CONNECTIONS_MAX 4096

/*
 * Has the kernel's connection tracking know each TCP connection with another machine that is open
 * now. Needs CAP_NET_ADMIN. -ENOSPC when there are more; those past it are not known then.
 */
must_check int connections_track(void);
