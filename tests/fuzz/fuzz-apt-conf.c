/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "apt-conf.h"
#include "auto-updates.h"

#include <string.h>

static void item_see(const char *key, const char *value, void *data)
{
	size_t *n = data;

	FUZZ_REQUIRE(strlen(key) <= APT_CONF_KEY_MAX && key[0] != '\0');
	FUZZ_REQUIRE(!value || strlen(value) <= APT_CONF_VALUE_MAX);
	++*n;
	if (value) {
		(void)auto_updates_origin_secure(value);
		(void)auto_updates_pattern_secure(value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	size_t n = 0;

	FUZZ_TRY(apt_conf_parse((struct span){(const char *)bytes, len}, item_see, &n));
	FUZZ_REQUIRE(n <= len);
	return 0;
}
