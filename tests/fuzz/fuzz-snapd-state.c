/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "snapd-state.h"

#include <string.h>

static int snap_take(const struct snapd_snap *snap, void *data)
{
	(void)data;
	FUZZ_REQUIRE(snap->name && snap->revision);
	FUZZ_REQUIRE(snap->since >= 0 || snap->held >= 0 || !snap->update);
	return 0;
}

static int plug_take(struct span snap, void *data)
{
	(void)data;
	FUZZ_REQUIRE(!snap.len || !memchr(snap.p, ':', snap.len));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct snapd_state state;

	if (snapd_state_parse((struct span){(const char *)bytes, len}, &state) == 0) {
		FUZZ_REQUIRE(snapd_state_each(&state, snap_take, NULL) == 0);
		FUZZ_REQUIRE(snapd_state_each_plug(&state, "camera", plug_take, NULL) == 0);
		(void)snapd_time(state.hold);
		snapd_state_finish(&state);
	}
	return 0;
}
