/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "swap-table.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct swap swap;
	int r = swap_table_begin(&text);

	while (r == 0) {
		r = swap_table_next(&text, &swap);
		FUZZ_REQUIRE(r != 0 || (swap.path.len > 0 && swap.path.p[0] == '/'));
	}
	FUZZ_REQUIRE(r == SWAP_TABLE_E_END || r == SWAP_TABLE_E_FORMAT);
	return 0;
}
