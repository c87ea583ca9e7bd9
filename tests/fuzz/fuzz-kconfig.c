/* SPDX-License-Identifier: Apache-2.0 */
/* KDE's settings as somebody may have written them, over and under each other. */
#include "fuzz.h"
#include "kconfig.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct kconfig_key keys[] = {{"Daemon", "Autolock"}, {"Daemon", "Timeout"}};
	struct span file = {(const char *)bytes, len};
	struct span half = {(const char *)bytes, len / 2};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct kconfig_value value = {.there = false}, again;

		kconfig_take(half, &keys[i], &value);
		again = value;
		kconfig_take(file, &keys[i], &again);
		FUZZ_REQUIRE(memchr(again.text, '\0', sizeof(again.text)));
		/* what cannot be changed is not */
		FUZZ_REQUIRE(!value.immutable || memcmp(&value, &again, sizeof(value)) == 0);
		FUZZ_REQUIRE(kconfig_number(&again, 7) == 7 || again.there);
		FUZZ_REQUIRE(kconfig_bool(&again, true) || again.there);
	}
	return 0;
}
