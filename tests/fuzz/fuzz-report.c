/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "report-rules.h"

#include <string.h>

/* What the shortcut reads is written again as it was: it takes nothing for what it is not. */
static void require_same(struct span bytes)
{
	cleanup(report_finish) struct report report = {0};
	cleanup(str_finish) struct str text = {0};

	if (report_read_canonical(bytes, &report) == 0 && report_check(&report, NULL) == 0) {
		FUZZ_REQUIRE(report_write(&report, NULL, 0, &text) == 0);
		FUZZ_REQUIRE(span_eq(bytes, text.p));
	}
}

/* What is taken can be written, in canonical form, and reads the same again, by the shortcut too.
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(report_finish) struct report first = {0};
	cleanup(report_finish) struct report second = {0};
	cleanup(report_finish) struct report third = {0};
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(str_finish) struct str text = {0};
	cleanup(str_finish) struct str canonical = {0};

	require_same((struct span){(const char *)bytes, len});
	if (report_parse((struct span){(const char *)bytes, len}, &first, NULL) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(report_write(&first, NULL, 0, &text) == 0);
	FUZZ_REQUIRE(report_parse((struct span){text.p, text.len}, &second, NULL) == 0);
	FUZZ_REQUIRE(second.n_controls == first.n_controls);
	FUZZ_REQUIRE(report_read_canonical((struct span){text.p, text.len}, &third) == 0);
	FUZZ_REQUIRE(third.n_controls == first.n_controls);
	FUZZ_REQUIRE(json_parse((struct span){text.p, text.len}, &object, NULL) == 0);
	FUZZ_REQUIRE(json_write_canonical(object, &canonical) == 0);
	FUZZ_REQUIRE(strcmp(text.p, canonical.p) == 0);
	return 0;
}
