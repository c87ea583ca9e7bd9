/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "evr.h"

#include <string.h>

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/*
 * Every version equals itself. rpm's is the same from both sides, as long as each has a release or
 * none; pacman's is not ("a" and "." are each older than the other), so there it only has to end.
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	const char *newline = len ? memchr(text, '\n', len) : NULL;
	struct span a = {text, newline ? (size_t)(newline - text) : len};
	struct span b = {newline ? newline + 1 : text, newline ? len - a.len - 1 : 0};

	for (int rules = EVR_ALPM; rules <= EVR_RPM; rules++) {
		FUZZ_REQUIRE(evr_compare((enum evr_rules)rules, a, a) == 0);
		FUZZ_REQUIRE(evr_compare((enum evr_rules)rules, b, b) == 0);
	}
	FUZZ_REQUIRE(sign(evr_compare(EVR_RPM, a, b)) == -sign(evr_compare(EVR_RPM, b, a)));
	(void)evr_compare(EVR_ALPM, a, b);
	return 0;
}
