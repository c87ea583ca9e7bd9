/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte chooses: a deploy file, an index, a summary, or a pattern and a reference. */
#include "flatpak.h"
#include "fuzz.h"

#include <string.h>

static int ref_take(struct span ref, const char *commit, int64_t made, void *data)
{
	const struct span *whole = data;

	FUZZ_REQUIRE(strlen(commit) == FLATPAK_COMMIT_LEN);
	FUZZ_REQUIRE(made >= 0);
	FUZZ_REQUIRE(ref.p >= whole->p && ref.p + ref.len <= whole->p + whole->len);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char origin[FLATPAK_ORIGIN_MAX + 1], commit[FLATPAK_COMMIT_LEN + 1];
	struct span text = {(const char *)bytes + 1, len - 1}, pattern;

	if (len == 0) {
		return 0;
	}
	switch (bytes[0] & 3) {
	case 0:
		if (flatpak_deploy_parse(text, origin, commit) == 0) {
			FUZZ_REQUIRE(!strchr(origin, '/') && origin[0] != '.');
			FUZZ_REQUIRE(strlen(commit) == FLATPAK_COMMIT_LEN);
		}
		return 0;
	case 1:
		if (flatpak_index_find(text, "x86_64", commit) == 0) {
			FUZZ_REQUIRE(commit[0] == '\0' || strlen(commit) == FLATPAK_COMMIT_LEN);
		}
		return 0;
	case 2:
		FUZZ_TRY(flatpak_summary_walk(text, ref_take, &text));
		return 0;
	default:
		(void)span_next(&text, '\n', &pattern);
		(void)flatpak_mask_matches(pattern, text);
		return 0;
	}
}
