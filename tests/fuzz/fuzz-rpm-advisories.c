/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "rpm-advisories.h"

#include <string.h>

static int take(const struct rpm_advisory *advisory, void *data)
{
	size_t *n = data;

	FUZZ_REQUIRE(advisory->name && advisory->arch && strchr(advisory->evr, ':') &&
		     strchr(advisory->evr, '-'));
	(*n)++;
	return 0;
}

/* updateinfo.xml and repomd.xml by the same bytes */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(rpm_advisories_free_p) struct rpm_advisories *advisories = NULL;
	struct rpm_metadata metadata;
	size_t n = 0;

	FUZZ_REQUIRE(rpm_advisories_new(take, &n, &advisories) == 0);
	if (rpm_advisories_feed(advisories, (const char *)bytes, len) == 0) {
		FUZZ_REQUIRE(rpm_advisories_end(advisories) <= 0);
	}
	if (rpm_metadata_parse((struct span){(const char *)bytes, len}, &metadata) == 0) {
		for (size_t i = 0; i < metadata.n; i++) {
			FUZZ_REQUIRE(!strstr(metadata.paths[i], "/../") &&
				     strncmp(metadata.paths[i], "repodata/", 9) == 0);
		}
	}
	return 0;
}
