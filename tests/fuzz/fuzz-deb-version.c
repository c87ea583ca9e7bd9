/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "deb-version.h"

#include <string.h>

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* An order: the same from both sides, and every version equals itself. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	const char *newline = len ? memchr(text, '\n', len) : NULL;
	struct span a = {text, newline ? (size_t)(newline - text) : len};
	struct span b = {newline ? newline + 1 : text, newline ? len - a.len - 1 : 0};

	FUZZ_REQUIRE(deb_version_compare(a, a) == 0);
	FUZZ_REQUIRE(deb_version_compare(b, b) == 0);
	FUZZ_REQUIRE(sign(deb_version_compare(a, b)) == -sign(deb_version_compare(b, a)));
	return 0;
}
