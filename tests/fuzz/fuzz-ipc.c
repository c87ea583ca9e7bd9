/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "ipc-packet.h"

/* The bytes are a packet; with the flag of a memfd, what follows the header is its content. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct ipc_header header;
	struct span json;

	if (ipc_packet_parse((struct span){(const char *)bytes, len}, &header, &json) != 0) {
		return 0;
	}
	if (json.p && ipc_packet_body(json, &body) == 0) {
		FUZZ_REQUIRE(json_object_is_type(body, json_type_object));
	}
	return 0;
}
