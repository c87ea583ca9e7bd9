/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions of firmware: the number in the EFI System Resource Table (UEFI 2.10, 23.4) against the
 * text of a catalogue, by the format that the catalogue names (LVFS::VersionFormat; the documents
 * of the Linux Vendor Firmware Service and fwupd's FwupdVersionFormat).
 */
#pragma once

#include "base.h"

enum firmware_version_outcome {
	FIRMWARE_VERSION_E_FORMAT = 1, /* no such format, or the text is none of it */
};
/* *ret_order below 0, 0, above 0: raw is older, the same, newer */
must_check int firmware_version_compare(
	const char *format, uint32_t raw, const char *text, int *ret_order);
