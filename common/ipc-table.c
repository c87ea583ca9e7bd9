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
	{IPC_HAND_WRITE, IPC_CORE, IPC_HAND},
	{IPC_HAND_UNDO, IPC_CORE, IPC_HAND},
	{IPC_HAND_JOURNAL, IPC_CORE, IPC_HAND},
	{IPC_HAND_DONE, IPC_HAND, IPC_CORE},
};

bool ipc_type_known(unsigned type)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if ((unsigned)rows[i].type == type) {
			return true;
		}
	}
	return false;
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
