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

/*
 * What the cipher in use makes of it: a network that offers a good one may be joined by a bad one.
 * cipher: a suite selector, 0 for one that is not known.
 */
enum wifi_security wifi_security_by_cipher(enum wifi_security offered, uint32_t cipher);
/* Pure. privacy: the bit of that name in the capabilities. Damaged elements are unknown. */
enum wifi_security wifi_security_of(const uint8_t *elements, size_t len, bool privacy);
