/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "firmware-catalogue.h"
#include "firmware-version.h"

#include <string.h>

static int component_take(const struct firmware_component *component, void *data)
{
	const struct firmware_device *device = data;

	FUZZ_REQUIRE(component->devices == 1 && component->n_releases <= FIRMWARE_RELEASES_MAX);
	for (size_t i = 0; i < component->n_releases; i++) {
		int order = 0;

		FUZZ_REQUIRE(strlen(component->releases[i].version) <= FIRMWARE_TEXT_MAX);
		FUZZ_REQUIRE(component->releases[i].date >= 0);
		FUZZ_REQUIRE(firmware_version_compare(component->format, device->version,
				     component->releases[i].version, &order) >= 0);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(firmware_catalogue_free_p) struct firmware_catalogue *catalogue = NULL;
	struct firmware_device device = {"6de5d951-d755-576b-bd09-c5cf66b27234", 65586};

	FUZZ_REQUIRE(firmware_catalogue_new(&device, 1, component_take, &device, &catalogue) == 0);
	if (firmware_catalogue_feed(catalogue, (const char *)bytes, len) == 0) {
		FUZZ_REQUIRE(firmware_catalogue_end(catalogue) <= 0);
	}
	return 0;
}
