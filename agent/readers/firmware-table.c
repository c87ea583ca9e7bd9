/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware-table.h"

#include "str.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX 64
#define PATH_LEN_MAX 384

/* One value of one line */
static int value_read(
	const struct sysroot *root, const char *entry, const char *name, char value[VALUE_MAX + 1])
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_LEN_MAX];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), FIRMWARE_ESRT "/%.255s/%s", entry, name);
	r = sysroot_read(root, path, VALUE_MAX, &text, &len);
	if (r != 0) {
		return r == FD_E_MISSING || r == FD_E_NOT_REGULAR ? -EBADMSG : r;
	}
	snprintf(value, VALUE_MAX + 1, "%.*s", (int)strcspn(text, "\n"), text);
	return 0;
}

/* "6de5d951-d755-576b-bd09-c5cf66b27234" */
static bool guid_take(const char *text, char guid[FIRMWARE_GUID_LEN + 1])
{
	if (strlen(text) != FIRMWARE_GUID_LEN) {
		return false;
	}
	for (size_t i = 0; i < FIRMWARE_GUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) {
			return false;
		}
		guid[i] = (char)tolower((unsigned char)text[i]);
	}
	guid[FIRMWARE_GUID_LEN] = '\0';
	return true;
}

static int entry_read(const struct sysroot *root, const char *entry, struct firmware_device *device)
{
	char text[VALUE_MAX + 1];
	uint64_t version;
	int r = value_read(root, entry, "fw_class", text);

	if (r == 0 && !guid_take(text, device->guid)) {
		r = -EBADMSG;
	}
	if (r == 0) {
		r = value_read(root, entry, "fw_version", text);
	}
	if (r != 0) {
		return r;
	}
	if (span_u64(span_z(text), &version) != 0 || version > UINT32_MAX) {
		return -EBADMSG;
	}
	device->version = (uint32_t)version;
	return 0;
}

int firmware_table_read(const struct sysroot *root, struct firmware_table *ret_table)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, FIRMWARE_ESRT, &names);

	if (r != 0) {
		return r;
	}
	if (names.len > FIRMWARE_DEVICES_MAX) {
		return -ENOSPC;
	}
	ret_table->n = 0;
	for (size_t i = 0; i < names.len && r == 0; i++) {
		r = entry_read(root, names.names[i], &ret_table->devices[ret_table->n++]);
	}
	return r;
}
