/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "alpm.h"

#include <string.h>

static bool within(struct span part, const uint8_t *bytes, size_t len)
{
	return !part.p ||
	       (part.p >= (const char *)bytes && part.p + part.len <= (const char *)bytes + len);
}

/* A database's entry, and settings, by the same bytes */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct alpm_desc desc = {.name = {"bash", 4}};
	struct alpm_conf *conf = malloc(sizeof(*conf));

	FUZZ_REQUIRE(conf);
	if (alpm_desc_parse(text, &desc) == 0) {
		FUZZ_REQUIRE(desc.name.len > 0 && desc.version.len > 0 && desc.built >= 0);
		FUZZ_REQUIRE(within(desc.name, bytes, len) && within(desc.groups, bytes, len));
	}
	if (alpm_conf_parse(text, conf) == 0) {
		for (size_t i = 0; i < conf->n_repos; i++) {
			FUZZ_REQUIRE(conf->repos[i][0] && !strchr(conf->repos[i], '/'));
		}
		if (len < 256) {
			(void)alpm_conf_ignores(conf, &desc);
		}
	}
	free(conf);
	return 0;
}
