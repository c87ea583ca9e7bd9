/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "first-seen.h"

/* What is taken is written as it was read. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(first_seen_free_p) struct first_seen *memory = NULL;
	cleanup(first_seen_free_p) struct first_seen *again = NULL;
	cleanup(json_put) struct json_object *json = NULL;
	cleanup(json_put) struct json_object *saved = NULL;

	if (json_parse((struct span){(const char *)bytes, len}, &json, NULL) != 0 ||
		first_seen_load(json, &memory) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(first_seen_save(memory, &saved) == 0);
	FUZZ_REQUIRE(first_seen_load(saved, &again) == 0);
	return 0;
}
