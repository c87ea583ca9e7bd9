/* SPDX-License-Identifier: Apache-2.0 */
/* An origin is the origin of itself, and has nothing that would end a name in a key. */
#include "expand.h"
#include "fuzz.h"
#include "origin.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char url[1024], origin[ORIGIN_MAX + 1], again[ORIGIN_MAX + 1], key[ORIGIN_MAX + 32];

	if (len >= sizeof(url)) {
		return 0;
	}
	memcpy(url, bytes, len);
	url[len] = '\0';
	if (origin_of(url, origin, sizeof(origin))) {
		FUZZ_REQUIRE(origin_of(origin, again, sizeof(again)));
		FUZZ_REQUIRE(strcmp(origin, again) == 0);
		FUZZ_REQUIRE(!strpbrk(origin, "\"\\ []"));
		snprintf(key, sizeof(key), "[\"%s\"].media", origin);
		FUZZ_REQUIRE(enforce_key_covers(ENFORCE_EACH ".media", key));
	}
	FUZZ_REQUIRE(!enforce_key_covers(ENFORCE_EACH ".media.x", url) || strchr(url, 'x'));
	return 0;
}
