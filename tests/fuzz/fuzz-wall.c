/* SPDX-License-Identifier: Apache-2.0 */
/* What managers of a firewall keep, and what is to be put back: taken as written, or not at all. */
#include "fuzz.h"
#include "wall-store.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const keys[] = {"DEFAULT_INPUT_POLICY", "DefaultZone", "ENABLED"};
	cleanup(str_finish) struct str out = {.max = WALL_STATE_MAX};
	struct span text = {(const char *)bytes, len};
	struct wall_state state, again;
	struct span value;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (wall_value(text, keys[i], &value)) {
			FUZZ_REQUIRE(value.p >= text.p && value.p + value.len <= text.p + len);
		}
	}
	if (wall_state_parse(text, &state) == 0) {
		FUZZ_REQUIRE(wall_state_write(&state, &out) == 0);
		FUZZ_REQUIRE(wall_state_parse((struct span){out.p, out.len}, &again) == 0);
		FUZZ_REQUIRE(state.phase == again.phase && state.manager == again.manager);
	}
	return 0;
}
