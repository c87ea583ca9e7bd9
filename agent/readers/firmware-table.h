/* SPDX-License-Identifier: Apache-2.0 */
/* The EFI System Resource Table as the kernel shows it
 * (Documentation/ABI/.../sysfs-firmware-efi-esrt) */
#pragma once

#include "firmware-catalogue.h"
#include "sysroot.h"

#define FIRMWARE_ESRT "sys/firmware/efi/esrt/entries"

struct firmware_table {
	struct firmware_device devices[FIRMWARE_DEVICES_MAX];
	size_t n;
};
/* FD_E_MISSING: no table; -ENOSPC: more than the maximum; -EBADMSG; -EACCES; -ENOMEM */
must_check int firmware_table_read(const struct sysroot *root, struct firmware_table *ret_table);
