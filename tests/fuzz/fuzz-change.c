/* SPDX-License-Identifier: Apache-2.0 */
/* Changes from a peer: those that are taken are written as they were. */
#include "change.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(json_put) struct json_object *array = NULL;
	cleanup(json_put) struct json_object *again = NULL;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};

	if (json_parse((struct span){(const char *)bytes, len}, &array, NULL) != 0 ||
		enforce_changes_from_json(array, &changes, NULL) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(enforce_changes_to_json(&changes, &again) == 0);
	FUZZ_REQUIRE(json_equal(array, again));
	return 0;
}
