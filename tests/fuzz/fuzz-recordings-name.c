/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "recordings-name.h"
#include "recordings-sync.h"
#include "str.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct user_dir dir = {.path = ""};
	char *name = span_dup(text);

	if (recordings_name_matches(text, RECORDINGS_LOOK_MEDIA)) {
		FUZZ_REQUIRE(recordings_name_matches(text, RECORDINGS_LOOK_ZOOM));
		FUZZ_REQUIRE(memchr(bytes, '.', len));
	}
	FUZZ_TRY(recordings_name_matches(text, RECORDINGS_LOOK_DATED));
	FUZZ_REQUIRE(!recordings_name_screencasts(text) || len > 0);
	if (name) {
		FUZZ_TRY(recordings_sync_of_name(name, 0));
		FUZZ_TRY(recordings_sync_of_fstype(name));
	}
	free(name);
	recordings_sync_onedrive(text, &dir);
	FUZZ_REQUIRE(strlen(dir.path) <= USER_DIRS_PATH_MAX);
	return 0;
}
