/* SPDX-License-Identifier: Apache-2.0 */
/* Which process may send which message to which: everything else drops the peer. */
#pragma once

#include "ipc.h"

enum ipc_party {
	IPC_CLI,      /* caretaker, run by any user */
	IPC_CORE,     /* caretakerd */
	IPC_HOME,     /* caretaker-home */
	IPC_HAND,     /* caretaker-hand */
	IPC_FIREWALL, /* caretaker-firewall */
};

/* Most bytes of JSON in a message of this type; 0 when there is no such type */
size_t ipc_type_max(unsigned type);
bool ipc_allowed(enum ipc_party sender, enum ipc_party receiver, enum ipc_type type);
