/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "user-dirs.h"

#include <string.h>

/* A folder that is found leads neither upwards nor past its buffer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct user_dir dir;
	struct span part;

	if (user_dirs_find((struct span){(const char *)bytes, len}, "XDG_VIDEOS_DIR", &dir) == 0) {
		struct span rest = span_z(dir.path);

		FUZZ_REQUIRE(rest.len <= USER_DIRS_PATH_MAX && dir.path[0] != '/');
		while (user_dirs_next_part(&rest, &part)) {
			FUZZ_REQUIRE(!span_eq(part, "..") && part.len > 0);
		}
	}
	return 0;
}
