/* SPDX-License-Identifier: Apache-2.0 */
/* The row of a device's controls: what is read is what it was, written again byte for byte. */
#include "held-text.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(str_finish) struct str kept = {0}, written = {0};
	cleanup(held_finish) struct held held = {0}, again = {0};
	const struct span text = {(const char *)data, size};

	if (held_parse(text, &held) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(held.n <= HELD_MAX);
	FUZZ_REQUIRE(held_begin(&kept) == 0 && held_begin(&written) == 0);
	for (size_t i = 0; i < held.n; i++) {
		const struct held_control *control = &held.controls[i];

		FUZZ_REQUIRE(posture_id_valid(span_z(control->id)));
		FUZZ_REQUIRE(control->state < POSTURE_STATE_COUNT);
		FUZZ_REQUIRE(held_find(&held, control->id) == control);
		FUZZ_REQUIRE(str_append(&kept, control->line.p, control->line.len) == 0);
		FUZZ_REQUIRE(held_write(&written, control) == 0);
	}
	FUZZ_REQUIRE(kept.len == size && memcmp(kept.p, data, size) == 0);
	/* "007" and "-0" are numbers too, and written in one way. */
	FUZZ_REQUIRE(held_parse((struct span){written.p, written.len}, &again) == 0);
	FUZZ_REQUIRE(again.n == held.n);
	for (size_t i = 0; i < held.n; i++) {
		FUZZ_REQUIRE(again.controls[i].since_s == held.controls[i].since_s);
		FUZZ_REQUIRE(again.controls[i].answered_s == held.controls[i].answered_s);
		FUZZ_REQUIRE(again.controls[i].sequence == held.controls[i].sequence);
		FUZZ_REQUIRE(strcmp(again.controls[i].reason, held.controls[i].reason) == 0);
	}
	return 0;
}
