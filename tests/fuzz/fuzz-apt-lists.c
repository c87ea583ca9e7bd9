/* SPDX-License-Identifier: Apache-2.0 */
/* "URI SUITE NAME": an address and a suite, and the name of a file to compare with theirs */
#include "apt-lists.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest = {(const char *)bytes, len}, uri = {NULL, 0}, suite = {NULL, 0};
	char stem[APT_LISTS_STEM_MAX], site[64];
	cleanup(free_ptr) char *name = NULL;
	struct apt_lists_name parsed;

	if (!span_next(&rest, ' ', &uri) || !span_next(&rest, ' ', &suite) ||
		apt_lists_stem(uri, suite, stem, sizeof(stem)) != 0) {
		return 0;
	}
	if (strlen(stem) >= sizeof(stem) || strchr(stem, '/')) {
		abort(); /* it would lead out of the directory */
	}
	if (apt_lists_site(uri, site, sizeof(site)) == 0 && strlen(site) >= sizeof(site)) {
		abort();
	}
	name = span_dup(rest.p ? rest : span_z(""));
	if (name && apt_lists_name_release(name) > strlen(name)) {
		abort();
	}
	if (name && apt_lists_name_parse(name, stem, &parsed) && parsed.stem > strlen(name)) {
		abort();
	}
	return 0;
}
