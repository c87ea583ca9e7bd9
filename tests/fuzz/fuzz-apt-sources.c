/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-sources.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span whole = {(const char *)bytes, len}, rest = whole;
	struct apt_conf conf = {.rest = whole};
	struct apt_source source;

	while (apt_sources_next_line(&rest, &source) != APT_SOURCES_E_END) {
	}
	rest = whole;
	while (apt_sources_next_stanza(&rest, &source) != APT_SOURCES_E_END) {
	}
	while (apt_conf_next(&conf) == 0) {
		FUZZ_REQUIRE(strlen(conf.key) <= APT_CONF_KEY_MAX);
		FUZZ_REQUIRE(conf.value.p >= whole.p &&
			     conf.value.p + conf.value.len <= whole.p + whole.len);
	}
	return 0;
}
