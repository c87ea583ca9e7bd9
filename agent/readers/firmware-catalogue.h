/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of firmware that fwupd keeps (firmware.xml of the Linux Vendor Firmware Service, an
 * AppStream catalogue): releases for those GUIDs that are asked for, and nothing else of it.
 */
#pragma once

#include "xml.h"

#define FIRMWARE_GUID_LEN 36
#define FIRMWARE_DEVICES_MAX 64
#define FIRMWARE_RELEASES_MAX 64 /* of one component; more are damage */
#define FIRMWARE_TEXT_MAX 63

struct firmware_device {
	char guid[FIRMWARE_GUID_LEN + 1]; /* in small letters */
	uint32_t version;
};

struct firmware_release {
	char version[FIRMWARE_TEXT_MAX + 1];
	int64_t date; /* 0 where it does not say */
	bool urgent;  /* urgency high or critical */
};
struct firmware_component {
	uint64_t devices;		    /* bit i: it is for devices[i] */
	char format[FIRMWARE_TEXT_MAX + 1]; /* LVFS::VersionFormat; empty for none */
	bool conditional; /* it wants other firmware, certain hardware, or another branch */
	struct firmware_release releases[FIRMWARE_RELEASES_MAX];
	size_t n_releases;
};
/* A return other than 0 ends the feed with that value. */
typedef int (*firmware_component_fn)(const struct firmware_component *component, void *data);

struct firmware_catalogue;
must_check int firmware_catalogue_new(const struct firmware_device *devices, size_t n,
	firmware_component_fn fn, void *data, struct firmware_catalogue **ret_catalogue);
void firmware_catalogue_free_p(struct firmware_catalogue **catalogue);
/* -EBADMSG for damage; what fn returned */
must_check int firmware_catalogue_feed(
	struct firmware_catalogue *catalogue, const char *bytes, size_t len);
must_check int firmware_catalogue_end(const struct firmware_catalogue *catalogue);
