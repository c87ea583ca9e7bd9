/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network's information elements say of its encryption: the RSN element (IEEE 802.11-2020,
 * 9.4.2.24) and the older WPA element of a vendor. The network's name is among the elements and
 * is stepped over unread.
 */
#pragma once

#include "base.h"

enum wifi_security {
	WIFI_SECURITY_STRONG,  /* PSK, SAE or 802.1X with CCMP or GCMP */
	WIFI_SECURITY_UNKNOWN, /* suites of others, or none shown */
	WIFI_SECURITY_OWE,     /* encrypted, authenticated to nobody: RFC 8110 */
	WIFI_SECURITY_TKIP,    /* WPA, or WPA2 without a better cipher */
	WIFI_SECURITY_WEP,
	WIFI_SECURITY_OPEN,
};

/* Pure. privacy: the bit of that name in the capabilities. Damaged elements are unknown. */
enum wifi_security wifi_security_of(const uint8_t *elements, size_t len, bool privacy);
