/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "recordings-share.h"

#include <string.h>

static int path_take(const char *path, void *data)
{
	(void)data;
	FUZZ_REQUIRE(!path || strlen(path) <= RECORDINGS_SHARE_PATH_MAX);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};

	FUZZ_REQUIRE(recordings_share_smb(text, path_take, NULL) == 0);
	FUZZ_REQUIRE(recordings_share_exports(text, path_take, NULL) == 0);
	return 0;
}
