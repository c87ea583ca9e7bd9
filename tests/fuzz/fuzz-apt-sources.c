/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-sources.h"
#include "fuzz.h"

/* Each word is a part of the text, and there is an end of them. */
static void words_walk(struct span whole, struct span words)
{
	struct span word;

	while (apt_source_next_word(&words, &word)) {
		if (word.p < whole.p || word.p + word.len > whole.p + whole.len) {
			abort();
		}
	}
}

static void source_walk(struct span whole, const struct apt_source *source)
{
	words_walk(whole, source->uris);
	words_walk(whole, source->suites);
	words_walk(whole, source->components);
	(void)apt_source_wants(source, span_z("main"), span_z("amd64"));
	(void)apt_source_wants(source, (struct span){NULL, 0}, span_z(""));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span whole = {(const char *)bytes, len}, rest = whole;
	struct apt_source source;
	int r;

	while ((r = apt_sources_next_line(&rest, &source)) != APT_SOURCES_E_END) {
		if (r == 0) {
			source_walk(whole, &source);
		}
	}
	rest = whole;
	while ((r = apt_sources_next_stanza(&rest, &source)) != APT_SOURCES_E_END) {
		if (r == 0) {
			source_walk(whole, &source);
		}
	}
	return 0;
}
