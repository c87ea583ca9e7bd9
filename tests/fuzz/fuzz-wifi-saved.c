/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "wifi-saved.h"

/* Any bytes are taken; no file tells of more networks than it has bytes for. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct wifi_saved one = {0}, many = {0}, iwd = {0};

	wifi_saved_networkmanager(text, &one);
	FUZZ_REQUIRE(one.open <= 1);
	wifi_saved_supplicant(text, &many);
	FUZZ_REQUIRE(many.open * sizeof("network={\n}") <= len + 1 || many.open == 0);
	wifi_saved_iwd(text, &iwd);
	FUZZ_REQUIRE(iwd.open <= 1);
	return 0;
}
