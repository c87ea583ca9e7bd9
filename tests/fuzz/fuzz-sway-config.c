/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sway-config.h"

/* Only what swayidle is started with locks, and more text never takes back what is odd. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	struct sway_idle idle = {.lock_after_s = 0}, own = {.lock_after_s = 0};
	bool odd;

	sway_config_take(text, &idle);
	odd = idle.odd;
	swayidle_config_take(text, false, &own);
	FUZZ_REQUIRE((idle.lock_after_s == 0 && !idle.sleep_locks) || idle.starts);
	FUZZ_REQUIRE(!own.sleep_locks && !own.starts); /* not waited for is no lock */
	swayidle_config_take(text, true, &idle);
	FUZZ_REQUIRE(idle.odd >= odd);
	return 0;
}
