/* SPDX-License-Identifier: Apache-2.0 */
/* What every target exports, and a check that also holds in builds without asserts. */
#pragma once

#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define FUZZ_REQUIRE(condition)     \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

/* Either outcome is right; only crashing is not. */
#define FUZZ_TRY(call)                            \
	do {                                      \
		__typeof__(call) tried_ = (call); \
		(void)tried_;                     \
	} while (0)
