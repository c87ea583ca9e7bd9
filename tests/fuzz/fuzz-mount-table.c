/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "mount-table.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = NULL};
	char *text = calloc(1, len + 1);
	const struct mount *mount;

	if (!text) {
		return 0;
	}
	if (len > 0) {
		memcpy(text, bytes, len);
	}
	if (mount_table_parse(text, len, &table) != 0) {
		return 0;
	}
	mount = mount_table_find(&table, "home/x");
	if (mount) {
		free(mount_option(mount, "upperdir"));
		FUZZ_REQUIRE(mount->point[0] == '/');
	}
	return 0;
}
