/* SPDX-License-Identifier: Apache-2.0 */
/* A cause that is taken is of this session, gives a number, and the same each time. */
#include "fuzz.h"
#include "shown.h"

#define SESSION "12-1700000000000000"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span cause = {(const char *)bytes, len};
	int64_t number = -1, again = -1;

	if (!shown_cause_read(cause, SESSION, &number)) {
		FUZZ_REQUIRE(number == -1);
		return 0;
	}
	FUZZ_REQUIRE(number >= 0 && number <= INT32_MAX);
	FUZZ_REQUIRE(shown_cause_read(cause, SESSION, &again) && again == number);
	FUZZ_REQUIRE(!shown_cause_read(cause, SESSION "0", &again));
	return 0;
}
