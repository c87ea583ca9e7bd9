/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "wifi-security.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	enum wifi_security with = wifi_security_of(bytes, len, true);
	enum wifi_security without = wifi_security_of(bytes, len, false);

	/* The bit of the capabilities decides between WEP and none, and nothing else. */
	FUZZ_REQUIRE(
		with == without || (with == WIFI_SECURITY_WEP && without == WIFI_SECURITY_OPEN));
	return 0;
}
