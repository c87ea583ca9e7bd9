/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span jws = {(const char *)bytes, len};
	cleanup(jws_header_finish) struct jws_header header = {0};
	cleanup(free_ptr) char *payload = NULL;
	size_t payload_len;

	if (jws_peek(jws, JWS_TYP_ENROL, &header) != 0 || !header.jwk) {
		return 0;
	}
	FUZZ_TRY(jws_verify(header.jwk, JWS_TYP_ENROL, jws, &payload, &payload_len));
	return 0;
}
