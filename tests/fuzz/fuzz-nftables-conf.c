/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "nftables-conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct nftables_conf conf = {.rest = {(const char *)bytes, len}};
	struct nftables_conf_item item;
	size_t n = 0;

	while (nftables_conf_next(&conf, &item)) {
		FUZZ_REQUIRE(item.text.len <= len);
		FUZZ_REQUIRE(++n <= len);
	}
	FUZZ_REQUIRE(conf.rest.len == 0);
	return 0;
}
