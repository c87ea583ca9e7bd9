/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc-packet.h"
#include "ipc-table.h"

#include <string.h>

int ipc_packet_parse(struct span packet, struct ipc_header *ret_header, struct span *ret_json)
{
	struct ipc_header header;
	struct span json = {NULL, 0};

	if (packet.len < sizeof(header)) {
		return IPC_E_PROTOCOL;
	}
	memcpy(&header, packet.p, sizeof(header));
	if (header.version != IPC_VERSION || (header.flags & ~IPC_MEMFD) != 0 ||
		header.length > ipc_type_max(header.type)) {
		return IPC_E_PROTOCOL;
	}
	if (header.flags & IPC_MEMFD) {
		if (packet.len != sizeof(header) || header.length <= IPC_INLINE_MAX) {
			return IPC_E_PROTOCOL;
		}
	} else {
		json = (struct span){packet.p + sizeof(header), packet.len - sizeof(header)};
		if (json.len != header.length || json.len > IPC_INLINE_MAX) {
			return IPC_E_PROTOCOL;
		}
	}
	*ret_header = header;
	*ret_json = json;
	return 0;
}

int ipc_packet_body(struct span json, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = NULL;
	int r = json_parse_bounded(json, IPC_VALUES_MAX, &body, NULL);

	if (r != 0) {
		return r < 0 ? r : IPC_E_PROTOCOL;
	}
	if (!json_object_is_type(body, json_type_object)) {
		return IPC_E_PROTOCOL;
	}
	*ret_body = TAKE_PTR(body);
	return 0;
}
