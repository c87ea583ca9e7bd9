/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "recordings-access.h"

#include <string.h>

/* passwd, a NUL byte, group. A group that neither names is anybody's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *middle = len > 0 ? memchr(bytes, 0, len) : NULL;
	size_t first = middle ? (size_t)(middle - bytes) : len;
	struct span passwd = {(const char *)bytes, first};
	struct span group = {(const char *)bytes + first, len - first};

	FUZZ_TRY(recordings_group_shared(passwd, group, 1000, 1000));
	FUZZ_REQUIRE(recordings_group_shared(passwd, (struct span){"", 0}, 1000, 77));
	return 0;
}
