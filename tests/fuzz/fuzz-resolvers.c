/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "resolvers.h"

#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct resolvers found;

	resolvers_parse((struct span){(const char *)bytes, len}, &found);
	FUZZ_REQUIRE(found.n <= RESOLVERS_MAX);
	for (size_t i = 0; i < found.n; i++) {
		FUZZ_REQUIRE(found.items[i].family == AF_INET || found.items[i].family == AF_INET6);
	}
	return 0;
}
