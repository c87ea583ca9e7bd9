/* SPDX-License-Identifier: Apache-2.0 */
/* Half of the bytes as the machine's file, all of them as the person's. */
#include "fuzz.h"
#include "xfconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct xfconf_ask asks[] = {
		{.path = "/lock/enabled", .truth = true},
		{.path = "/saver/idle-activation/delay"},
	};
	struct xfconf_ask before[ARRAY_LEN(asks)];

	FUZZ_REQUIRE(xfconf_take((struct span){(const char *)bytes, len / 2}, true, asks,
			     ARRAY_LEN(asks)) == 0);
	FUZZ_REQUIRE(xfconf_take((struct span){(const char *)bytes, len}, true, asks,
			     ARRAY_LEN(asks)) == 0);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		before[i] = asks[i];
	}
	FUZZ_REQUIRE(xfconf_take((struct span){(const char *)bytes, len}, false, asks,
			     ARRAY_LEN(asks)) == 0);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		/* an own file neither fixes anything nor changes what is fixed */
		FUZZ_REQUIRE(asks[i].fixed == before[i].fixed);
		FUZZ_REQUIRE(!asks[i].fixed || (asks[i].state == before[i].state &&
						       asks[i].number == before[i].number));
		FUZZ_REQUIRE(asks[i].number >= 0 && asks[i].number <= XFCONF_NUMBER_MAX);
	}
	return 0;
}
