/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-pins.h"
#include "fuzz.h"

/* What a pin may be asked about, once it could be read */
static const struct apt_match_file files[] = {
	{.status = true, .properties = {[APT_MATCH_ARCHIVE] = "now"}},
	{.properties = {[APT_MATCH_ARCHIVE] = "bookworm-security",
		 [APT_MATCH_ARCH] = "amd64",
		 [APT_MATCH_COMPONENT] = "main",
		 [APT_MATCH_LABEL] = "Debian-Security",
		 [APT_MATCH_ORIGINATOR] = "Debian",
		 [APT_MATCH_NUMBER] = "12",
		 [APT_MATCH_SITE] = "security.debian.org"}},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct apt_pins pins = {.list = {NULL, 0, 0}};
	unsigned fits = 0;
	int r = apt_pins_parse((struct span){(const char *)bytes, len}, &pins);

	for (size_t i = 0; r == 0 && i < pins.list.len && i < 64; i++) {
		const struct apt_pin *pin = &pins.list.items[i];

		fits += apt_pin_names(
			pin, "linux-image-6.1.0-25-amd64", "linux-signed-amd64", "amd64", "amd64");
		for (size_t k = 0; k < ARRAY_LEN(files); k++) {
			fits += apt_match_file(pin->match, &files[k]);
		}
		if (pin->match->type == APT_MATCH_VERSION) {
			fits += apt_match_version(pin->match, "1:2.0~rc1+dfsg-1ubuntu1.2");
		}
	}
	apt_pins_finish(&pins);
	return fits > 64 * 4;
}
