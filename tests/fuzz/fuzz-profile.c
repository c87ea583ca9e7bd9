/* SPDX-License-Identifier: Apache-2.0 */
/* A profile that is taken names only paths that lead downwards. */
#include "fuzz.h"
#include "profile.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	struct json_error error;

	if (enforce_profile_parse((struct span){(const char *)bytes, len}, &profile, &error) != 0) {
		return 0;
	}
	for (size_t i = 0; i < profile->n_files; i++) {
		const char *path = profile->files[i].path;

		FUZZ_REQUIRE((path[0] == '~') == (profile->files[i].role == ENFORCE_USER_CONFIG));
		FUZZ_REQUIRE(!strstr(path, "/../") && !strstr(path, "//"));
	}
	return 0;
}
