/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-sources.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span whole = {(const char *)bytes, len}, rest = whole;
	struct apt_source source;

	while (apt_sources_next_line(&rest, &source) != APT_SOURCES_E_END) {
	}
	rest = whole;
	while (apt_sources_next_stanza(&rest, &source) != APT_SOURCES_E_END) {
	}
	return 0;
}
