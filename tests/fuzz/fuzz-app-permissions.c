/* SPDX-License-Identifier: Apache-2.0 */
/* Both files that tell who may use the camera: whatever they hold, an id is a short text. */
#include "app-permissions.h"
#include "fuzz.h"
#include "str.h"

#include <string.h>

static int take(const char *id, bool allowed, void *data)
{
	size_t *n = data;

	(void)allowed;
	FUZZ_REQUIRE(strlen(id) <= APP_PERMISSIONS_ID_MAX);
	FUZZ_REQUIRE(++*n <= APP_PERMISSIONS_APPS_MAX);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span file = {(const char *)bytes, len};
	size_t n = 0;

	(void)app_permissions_all(file, false);
	(void)!app_permissions_camera(file, take, &n);
	return 0;
}
