/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "ostree-commit.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct ostree_commit commit;

	if (ostree_commit_parse((struct span){(const char *)bytes, len}, &commit) == 0) {
		FUZZ_REQUIRE(commit.made >= 0);
		FUZZ_REQUIRE(
			commit.parent[0] == '\0' || strlen(commit.parent) == OSTREE_CHECKSUM_LEN);
	}
	return 0;
}
