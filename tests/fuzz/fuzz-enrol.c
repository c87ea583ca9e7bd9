/* SPDX-License-Identifier: Apache-2.0 */
#include "enrol.h"
#include "fuzz.h"

#include <string.h>

/* What is read can be written, and reads the same again. The url is tried on the bytes too. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	cleanup(str_finish) struct str again = {.max = 2 * ENROL_TEXT_MAX};
	struct enrol first, second;

	FUZZ_TRY(enrol_url_valid(text));
	if (enrol_parse(text, &first, NULL) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(enrol_write(&first, &again) == 0);
	FUZZ_REQUIRE(enrol_parse((struct span){again.p, again.len}, &second, NULL) == 0);
	FUZZ_REQUIRE(memcmp(&first, &second, sizeof(first)) == 0);
	return 0;
}
