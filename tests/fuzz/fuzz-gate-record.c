/* SPDX-License-Identifier: Apache-2.0 */
/* A record that is taken tells hashes that fit, and the same each time. */
#include "fuzz.h"
#include "gates.h"
#include "str.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct gate_record record, again;
	struct span text = {(const char *)bytes, len};

	if (gate_record_parse(text, "zoom", &record) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(memchr(record.hashes[GATE_DENIES], '\0', GATE_HASH_MAX + 1));
	FUZZ_REQUIRE(memchr(record.hashes[GATE_LIFTED], '\0', GATE_HASH_MAX + 1));
	FUZZ_REQUIRE(gate_record_parse(text, "zoom", &again) == 0);
	FUZZ_REQUIRE(strcmp(record.hashes[GATE_DENIES], again.hashes[GATE_DENIES]) == 0);
	return 0;
}
