/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "own-files.h"
#include "sandbox.h"

/* Unit files, and what sha256sum says: both are read by caretakerd about Caretaker itself. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct sandbox_rule nothing = {"x.service", 0, true, true};
	struct span text = {(const char *)bytes, len};
	struct sandbox sandbox = {0}, twice = {0};
	struct own_files files = {0};

	sandbox_take(text, &sandbox);
	sandbox_take((struct span){"", 0}, &twice);
	/* without a word about system calls nothing is sound */
	FUZZ_REQUIRE(sandbox_weak(&twice, &nothing));
	FUZZ_REQUIRE(sandbox.calls_set || sandbox_weak(&sandbox, &nothing));
	if (own_files_count(text, &files) == 0) {
		FUZZ_REQUIRE(files.whole + files.changed <= len);
	}
	return 0;
}
