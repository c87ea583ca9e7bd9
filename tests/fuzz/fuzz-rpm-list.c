/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "rpm-holds.h"
#include "rpm-list.h"

/* What rpm says, and what holds packages, by the same bytes */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static int (*const parsers[])(struct span, struct rpm_holds *) = {rpm_holds_parse_conf,
		rpm_holds_parse_list, rpm_holds_parse_toml, rpm_holds_parse_zypp};
	struct span text = {(const char *)bytes, len};
	struct rpm_list list;

	if (rpm_list_parse(text, &list) == 0) {
		FUZZ_REQUIRE(list.len > 0);
		for (size_t i = 0; i < list.len; i++) {
			FUZZ_REQUIRE(rpm_list_find(&list, list.items[i].name, &list.items[i].arch));
			FUZZ_REQUIRE(rpm_list_find(&list, list.items[i].name, NULL));
		}
		rpm_list_finish(&list);
	}
	for (size_t i = 0; i < ARRAY_LEN(parsers); i++) {
		struct rpm_holds holds = {0};

		FUZZ_REQUIRE(parsers[i](text, &holds) <= 0);
		if (len < 64) {
			(void)rpm_holds_match(&holds, "bash", "0:5.1-2.fc40", "x86_64");
		}
		rpm_holds_finish(&holds);
	}
	return 0;
}
