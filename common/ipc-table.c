/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc-table.h"

static const struct ipc_row {
	enum ipc_type type;
	enum ipc_party sender;
	enum ipc_party receiver;
} rows[] = {
	{IPC_REQUEST, IPC_CLI, IPC_CORE},
	{IPC_REPLY, IPC_CORE, IPC_CLI},
	{IPC_ERROR, IPC_CORE, IPC_CLI},
	{IPC_ERROR, IPC_CORE, IPC_HOME},
	{IPC_ERROR, IPC_HAND, IPC_CORE},
	{IPC_ERROR, IPC_HOME, IPC_CORE},
	{IPC_PROGRESS, IPC_CORE, IPC_CLI},
	{IPC_HOME_HELLO, IPC_HOME, IPC_CORE},
	{IPC_HOME_SETTINGS, IPC_CORE, IPC_HOME},
	{IPC_HOME_STATE, IPC_HOME, IPC_CORE},
	{IPC_HOME_UNDO, IPC_CORE, IPC_HOME},
	{IPC_HOME_FACTS, IPC_HOME, IPC_CORE},
	{IPC_HOME_LISTEN, IPC_CORE, IPC_HOME},
	{IPC_HOME_STREAMS, IPC_HOME, IPC_CORE},
	{IPC_HAND_WRITE, IPC_CORE, IPC_HAND},
	{IPC_HAND_UNDO, IPC_CORE, IPC_HAND},
	{IPC_HAND_JOURNAL, IPC_CORE, IPC_HAND},
	{IPC_HAND_GATE, IPC_CORE, IPC_HAND},
	{IPC_HAND_SWITCH, IPC_CORE, IPC_HAND},
	{IPC_HAND_DONE, IPC_HAND, IPC_CORE},
	{IPC_ERROR, IPC_FIREWALL, IPC_CORE},
	{IPC_HAND_DONE, IPC_FIREWALL, IPC_CORE},
	{IPC_FIREWALL_ACT, IPC_CORE, IPC_FIREWALL},
};

#define KIB ((size_t)1 << 10)

/* What anybody may send is small: parsed JSON takes some hundred times its text. */
static const struct ipc_size {
	enum ipc_type type;
	size_t max;
} sizes[] = {
	{IPC_REQUEST, 8 * KIB},
	{IPC_REPLY, IPC_MEMFD_MAX},
	{IPC_ERROR, 8 * KIB},
	{IPC_PROGRESS, 8 * KIB},
	{IPC_HOME_HELLO, 8 * KIB},
	{IPC_HOME_SETTINGS, IPC_MEMFD_MAX},
	{IPC_HOME_STATE, 1024 * KIB},
	{IPC_HOME_UNDO, 8 * KIB},
	{IPC_HOME_FACTS, 16 * KIB},
	{IPC_HOME_LISTEN, 8 * KIB},
	{IPC_HOME_STREAMS, 8 * KIB},
	{IPC_HAND_WRITE, IPC_MEMFD_MAX},
	{IPC_HAND_UNDO, 8 * KIB},
	{IPC_HAND_JOURNAL, 8 * KIB},
	{IPC_HAND_GATE, 8 * KIB},
	{IPC_HAND_SWITCH, 8 * KIB},
	{IPC_HAND_DONE, IPC_MEMFD_MAX},
	{IPC_FIREWALL_ACT, 8 * KIB},
};

size_t ipc_type_max(unsigned type)
{
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		if ((unsigned)sizes[i].type == type) {
			return sizes[i].max;
		}
	}
	return 0;
}

bool ipc_allowed(enum ipc_party sender, enum ipc_party receiver, enum ipc_type type)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].type == type && rows[i].sender == sender &&
			rows[i].receiver == receiver) {
			return true;
		}
	}
	return false;
}
