/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a packet, apart from sockets: what the fuzzer feeds. */
#pragma once

#include "ipc.h"

#define IPC_VALUES_MAX 32768 /* JSON values in one message */
#define IPC_MEMFD 0x01	     /* flag: the JSON is in the fd passed along */

struct ipc_header {
	uint8_t version;
	uint8_t flags;
	uint16_t type;
	uint32_t length; /* bytes of JSON, in the packet or in the fd */
};
_Static_assert(sizeof(struct ipc_header) == 8, "no padding");

/*
 * 0 and the JSON of an inline packet (borrowed; p NULL when flag IPC_MEMFD says it is in the fd),
 * or IPC_E_PROTOCOL.
 */
must_check int ipc_packet_parse(
	struct span packet, struct ipc_header *ret_header, struct span *ret_json);
/* The JSON as an object; IPC_E_PROTOCOL, -ENOMEM */
must_check int ipc_packet_body(struct span json, struct json_object **ret_body);
